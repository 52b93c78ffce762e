--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop_place_order(text, text, bigint, bigint, text, bigint, bigint, bigint, text, text, bigint, text, text, bytea, text, text, text, text, text[], text[], bigint[], bigint[], bigint[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.shop_place_order(in_order_id text, in_username text, in_subtotal bigint, in_discount bigint, in_coupon text, in_placed_at bigint, in_sales_bucket_at bigint, in_recorded_at bigint, in_key text, in_fingerprint text, in_historical bigint, in_event_id text, in_event_type text, in_event_body bytea, in_event_sha256 text, in_actor text, in_host text, in_channel text, in_skus text[], in_names text[], in_quantities bigint[], in_prices bigint[], in_discounts bigint[]) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    in_total CONSTANT bigint := in_subtotal - in_discount;
    balance_after bigint;
    entry_number bigint;
    wanted record;
    stock_left bigint;
    movement_number bigint;
BEGIN
    UPDATE balances SET balance_minor = balance_minor - in_total, entry_count = entry_count + 1
    WHERE username = in_username AND state = 'active' AND balance_minor >= in_total
    RETURNING balance_minor, entry_count INTO balance_after, entry_number;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'shop_place_order_guard';
    END IF;
    INSERT INTO orders (order_id, recorded_at, actor, host, channel, username, subtotal_minor, discount_minor, total_minor, coupon_code, balance_after_minor, placed_at, key, fingerprint, historical) VALUES (in_order_id, in_recorded_at, in_actor, in_host, in_channel, in_username, in_subtotal, in_discount, in_total, in_coupon, balance_after, in_placed_at, in_key, in_fingerprint, in_historical);
    INSERT INTO order_lines (order_id, position, sku, name, quantity, unit_price_minor, line_total_minor, discount_minor) SELECT in_order_id, position, sku, name, quantity, price, price * quantity, discount FROM unnest(in_skus, in_names, in_quantities, in_prices, in_discounts)
         WITH ORDINALITY AS line(sku, name, quantity, price, discount, position);
    INSERT INTO balance_entries (order_id, recorded_at, actor, host, channel, username, sequence, kind, amount_minor, balance_after_minor, at) VALUES (in_order_id, in_recorded_at, in_actor, in_host, in_channel, in_username, entry_number, 'payment', -in_total, balance_after, in_placed_at);
    IF in_coupon IS NOT NULL THEN
        UPDATE user_coupons SET order_id = in_order_id, redeemed_at = in_placed_at
        WHERE username = in_username AND code = in_coupon AND order_id IS NULL
          AND COALESCE(usable_until_at, in_placed_at) >= in_placed_at
          AND EXISTS (SELECT 1 FROM coupons c WHERE c.code = in_coupon AND c.disabled = 0);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'shop_place_order_guard';
        END IF;
    END IF;
    INSERT INTO outbox (event_id, order_id, sequence, type, body, body_sha256, created_at, state, attempt_count, failure_count, next_attempt_at) VALUES (in_event_id, in_order_id, 1, in_event_type, in_event_body, in_event_sha256, in_recorded_at, 'pending', 0, 0, 0);
    IF in_historical = 0 THEN
        IF cardinality(in_skus) <= 8 THEN
            PERFORM pg_advisory_xact_lock(1397247826, place.number) FROM (
                SELECT DISTINCT hashtext(sku) AS number FROM unnest(in_skus) AS sku ORDER BY 1
            ) AS place;
        END IF;
        FOR wanted IN
            SELECT sku, name, quantity, price
            FROM unnest(in_skus, in_names, in_quantities, in_prices)
                 AS line(sku, name, quantity, price)
            ORDER BY sku COLLATE "C"
        LOOP
            UPDATE products SET stock = stock - wanted.quantity, movement_count = movement_count + 1
            WHERE sku = wanted.sku AND stock >= wanted.quantity AND on_sale = 1
              AND price_minor = wanted.price AND name = wanted.name
            RETURNING stock, movement_count INTO stock_left, movement_number;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
                    CONSTRAINT = 'shop_place_order_guard';
            END IF;
            INSERT INTO stock_movements (order_id, recorded_at, actor, host, channel, sku, sequence, kind, quantity, stock_after, at) VALUES (in_order_id, in_recorded_at, in_actor, in_host, in_channel, wanted.sku, movement_number, 'sale', -wanted.quantity, stock_left, in_placed_at);
        END LOOP;
    END IF;
    INSERT INTO sales_hours AS had (bucket_start_at, sku, units, revenue_minor, order_count, sold_units, gross_minor, discount_minor, refunded_minor) 
    SELECT in_sales_bucket_at, sku, quantity, price * quantity - discount, 1, quantity, price * quantity, discount, 0
    FROM unnest(in_skus, in_quantities, in_prices, in_discounts)
         AS line(sku, quantity, price, discount)
    ORDER BY sku COLLATE "C"
     ON CONFLICT (bucket_start_at, sku) DO UPDATE SET units = had.units + excluded.units, revenue_minor = had.revenue_minor + excluded.revenue_minor, order_count = had.order_count + excluded.order_count, sold_units = had.sold_units + excluded.sold_units, gross_minor = had.gross_minor + excluded.gross_minor, discount_minor = had.discount_minor + excluded.discount_minor, refunded_minor = had.refunded_minor + excluded.refunded_minor;
    INSERT INTO sales_days AS had (bucket_start_at, sku, units, revenue_minor) 
    SELECT in_placed_at - MOD(in_placed_at, 86400000000), sku, quantity, price * quantity - discount
    FROM unnest(in_skus, in_quantities, in_prices, in_discounts)
         AS line(sku, quantity, price, discount)
    ORDER BY sku COLLATE "C"
     ON CONFLICT (bucket_start_at, sku) DO UPDATE SET units = had.units + excluded.units, revenue_minor = had.revenue_minor + excluded.revenue_minor;
    RETURN balance_after;
END $$;


--
-- Name: shop_refuse(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.shop_refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
    MESSAGE = TG_NAME, CONSTRAINT = TG_NAME;
END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: admin_changes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.admin_changes (
    change_id text NOT NULL COLLATE pg_catalog."C",
    subject_kind text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    before text COLLATE pg_catalog."C",
    after text COLLATE pg_catalog."C",
    at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C"
);


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: balance_entries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.balance_entries (
    username text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    amount_minor bigint NOT NULL,
    balance_after_minor bigint NOT NULL,
    order_id text COLLATE pg_catalog."C",
    at bigint NOT NULL,
    key text COLLATE pg_catalog."C",
    fingerprint text COLLATE pg_catalog."C",
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    method text COLLATE pg_catalog."C",
    CONSTRAINT ck_balance_entries_amount_minor CHECK (((amount_minor >= '-9007199254740991'::bigint) AND (amount_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_balance_entries_balance_after_minor CHECK (((balance_after_minor >= 0) AND (balance_after_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_balance_entries_key CHECK (((key IS NULL) = ((kind = ANY (ARRAY['payment'::text, 'refund'::text])) OR (kind = 'reversal'::text) OR ((kind = 'transfer'::text) AND (amount_minor > 0))))),
    CONSTRAINT ck_balance_entries_kind CHECK ((((kind = 'charge'::text) AND (amount_minor > 0)) OR ((kind = 'payment'::text) AND (amount_minor <= 0)) OR ((kind = 'refund'::text) AND (amount_minor >= 0)) OR ((kind = 'payout'::text) AND (amount_minor < 0)) OR ((kind = 'adjustment'::text) AND (amount_minor <> 0)) OR ((kind = 'transfer'::text) AND (amount_minor <> 0)) OR ((kind = 'reversal'::text) AND (amount_minor <> 0)))),
    CONSTRAINT ck_balance_entries_method CHECK (((method IS NULL) OR (((kind = ANY (ARRAY['charge'::text, 'payout'::text])) OR (kind = 'reversal'::text)) AND ((length(method) >= 1) AND (length(method) <= 32))))),
    CONSTRAINT ck_balance_entries_order_id CHECK (((order_id IS NOT NULL) = (kind = ANY (ARRAY['payment'::text, 'refund'::text])))),
    CONSTRAINT ck_balance_entries_sequence CHECK (((sequence >= 1) AND (sequence <= '9007199254740991'::bigint)))
);


--
-- Name: balances; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.balances (
    username text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    balance_minor bigint NOT NULL,
    entry_count bigint NOT NULL,
    CONSTRAINT ck_balances_balance_minor CHECK (((balance_minor >= 0) AND (balance_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_balances_closed_is_empty CHECK (((state <> 'closed'::text) OR (balance_minor = 0))),
    CONSTRAINT ck_balances_entry_count CHECK (((entry_count >= 0) AND (entry_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_balances_state CHECK ((state = ANY (ARRAY['active'::text, 'blocked'::text, 'closed'::text])))
);


--
-- Name: cancellations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cancellations (
    order_id text NOT NULL COLLATE pg_catalog."C",
    refunded_minor bigint NOT NULL,
    coupon_restored bigint NOT NULL,
    balance_after_minor bigint NOT NULL,
    cancelled_at bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_cancellations_balance_after_minor CHECK (((balance_after_minor >= 0) AND (balance_after_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_cancellations_coupon_restored CHECK ((coupon_restored = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_cancellations_refunded_minor CHECK (((refunded_minor >= 0) AND (refunded_minor <= '9007199254740991'::bigint)))
);


--
-- Name: cash_moves; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cash_moves (
    number bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    amount_minor bigint NOT NULL,
    drawer_after_minor bigint NOT NULL,
    key text COLLATE pg_catalog."C",
    fingerprint text COLLATE pg_catalog."C",
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_cash_moves_amount_minor CHECK (((amount_minor >= '-9007199254740991'::bigint) AND (amount_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_cash_moves_drawer_after_minor CHECK (((drawer_after_minor >= '-9007199254740991'::bigint) AND (drawer_after_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_cash_moves_key CHECK ((((key IS NULL) = (kind = 'reversal'::text)) AND ((key IS NULL) = (fingerprint IS NULL)))),
    CONSTRAINT ck_cash_moves_kind CHECK ((((kind = 'in'::text) AND (amount_minor > 0)) OR ((kind = 'out'::text) AND (amount_minor < 0)) OR ((kind = 'reversal'::text) AND (amount_minor <> 0)))),
    CONSTRAINT ck_cash_moves_number CHECK (((number >= 1) AND (number <= '9007199254740991'::bigint))),
    CONSTRAINT ck_cash_moves_reason CHECK ((reason IS NOT NULL))
);


--
-- Name: cash_moves_number_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.cash_moves_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: cash_moves_number_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.cash_moves_number_seq OWNED BY public.cash_moves.number;


--
-- Name: close_marks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.close_marks (
    username text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    number bigint NOT NULL
);


--
-- Name: closes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.closes (
    number bigint NOT NULL,
    from_at bigint,
    until_at bigint NOT NULL,
    entry_count bigint NOT NULL,
    first_entry text COLLATE pg_catalog."C",
    last_entry text COLLATE pg_catalog."C",
    cash_move_number bigint NOT NULL,
    opening_minor bigint NOT NULL,
    methods text NOT NULL COLLATE pg_catalog."C",
    adjusted_minor bigint NOT NULL,
    sold_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    closing_minor bigint NOT NULL,
    order_count bigint NOT NULL,
    unit_count bigint NOT NULL,
    discount_count bigint NOT NULL,
    discount_minor bigint NOT NULL,
    cancel_count bigint NOT NULL,
    cancel_minor bigint NOT NULL,
    refund_count bigint NOT NULL,
    refund_minor bigint NOT NULL,
    cash_opening_minor bigint NOT NULL,
    cash_in_minor bigint NOT NULL,
    cash_out_minor bigint NOT NULL,
    cash_expected_minor bigint NOT NULL,
    cash_counted_minor bigint,
    grand_sales_minor bigint NOT NULL,
    grand_refunds_minor bigint NOT NULL,
    pending_count bigint NOT NULL,
    dead_count bigint NOT NULL,
    currency text NOT NULL COLLATE pg_catalog."C",
    timezone text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_closes_adjusted_minor CHECK (((adjusted_minor >= '-9007199254740991'::bigint) AND (adjusted_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_cancel_count CHECK (((cancel_count >= 0) AND (cancel_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_cancel_minor CHECK (((cancel_minor >= 0) AND (cancel_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_cash_counted_minor CHECK (((cash_counted_minor >= 0) AND (cash_counted_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_cash_expected_minor CHECK (((cash_expected_minor >= '-9007199254740991'::bigint) AND (cash_expected_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_cash_in_minor CHECK (((cash_in_minor >= '-9007199254740991'::bigint) AND (cash_in_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_cash_move_number CHECK (((cash_move_number >= 0) AND (cash_move_number <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_cash_opening_minor CHECK (((cash_opening_minor >= '-9007199254740991'::bigint) AND (cash_opening_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_cash_out_minor CHECK (((cash_out_minor >= '-9007199254740991'::bigint) AND (cash_out_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_closing_minor CHECK (((closing_minor >= 0) AND (closing_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_dead_count CHECK (((dead_count >= 0) AND (dead_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_digest CHECK ((length(digest) = 64)),
    CONSTRAINT ck_closes_discount_count CHECK (((discount_count >= 0) AND (discount_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_discount_minor CHECK (((discount_minor >= 0) AND (discount_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_entries CHECK ((((first_entry IS NULL) = (entry_count = 0)) AND ((last_entry IS NULL) = (entry_count = 0)))),
    CONSTRAINT ck_closes_entry_count CHECK (((entry_count >= 0) AND (entry_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_first CHECK (((from_at IS NULL) = (number = 1))),
    CONSTRAINT ck_closes_from_at CHECK (((from_at >= 0) AND (from_at <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_from_before_until CHECK (((from_at IS NULL) OR (from_at <= until_at))),
    CONSTRAINT ck_closes_grand_refunds_minor CHECK (((grand_refunds_minor >= 0) AND (grand_refunds_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_grand_sales_minor CHECK (((grand_sales_minor >= 0) AND (grand_sales_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_number CHECK (((number >= 1) AND (number <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_opening_minor CHECK (((opening_minor >= 0) AND (opening_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_order_count CHECK (((order_count >= 0) AND (order_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_pending_count CHECK (((pending_count >= 0) AND (pending_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_refund_count CHECK (((refund_count >= 0) AND (refund_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_refund_minor CHECK (((refund_minor >= 0) AND (refund_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_refunded_minor CHECK (((refunded_minor >= 0) AND (refunded_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_sold_minor CHECK (((sold_minor >= 0) AND (sold_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_unit_count CHECK (((unit_count >= 0) AND (unit_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_closes_until_at CHECK (((until_at >= 0) AND (until_at <= '9007199254740991'::bigint)))
);


--
-- Name: closes_number_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.closes_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: closes_number_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.closes_number_seq OWNED BY public.closes.number;


--
-- Name: coupons; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.coupons (
    code text NOT NULL COLLATE pg_catalog."C",
    percent bigint,
    amount_minor bigint,
    cap_minor bigint,
    claim_limit bigint NOT NULL,
    claim_count bigint NOT NULL,
    min_order_minor bigint,
    opens_at bigint,
    closes_at bigint,
    use_by_at bigint,
    valid_days bigint,
    disabled bigint NOT NULL,
    created_at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_coupons_amount_minor CHECK (((amount_minor >= 1) AND (amount_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_coupons_cap_minor CHECK (((cap_minor >= 1) AND (cap_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_coupons_claim_count CHECK (((claim_count >= 0) AND (claim_count <= claim_limit))),
    CONSTRAINT ck_coupons_claim_limit CHECK (((claim_limit >= 1) AND (claim_limit <= '9007199254740991'::bigint))),
    CONSTRAINT ck_coupons_disabled CHECK ((disabled = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_coupons_min_order_minor CHECK (((min_order_minor >= 0) AND (min_order_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_coupons_one_discount CHECK (((percent IS NULL) <> (amount_minor IS NULL))),
    CONSTRAINT ck_coupons_opens_before_closes CHECK ((opens_at < closes_at)),
    CONSTRAINT ck_coupons_percent CHECK (((percent >= 1) AND (percent <= 100))),
    CONSTRAINT ck_coupons_valid_days CHECK (((valid_days >= 1) AND (valid_days <= '9007199254740991'::bigint)))
);


--
-- Name: delivery_attempts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery_attempts (
    event_id text NOT NULL COLLATE pg_catalog."C",
    attempt_number bigint NOT NULL,
    relay_id text NOT NULL COLLATE pg_catalog."C",
    started_at bigint NOT NULL,
    duration_microseconds bigint NOT NULL,
    outcome text NOT NULL COLLATE pg_catalog."C",
    status_code bigint,
    reason text COLLATE pg_catalog."C",
    answer text COLLATE pg_catalog."C",
    CONSTRAINT ck_delivery_attempts_outcome CHECK ((outcome = ANY (ARRAY['delivered'::text, 'failed'::text, 'lost'::text])))
);


--
-- Name: order_lines; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.order_lines (
    order_id text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    sku text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    quantity bigint NOT NULL,
    unit_price_minor bigint NOT NULL,
    line_total_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    CONSTRAINT ck_order_lines_discount_minor CHECK (((discount_minor >= 0) AND (discount_minor <= line_total_minor))),
    CONSTRAINT ck_order_lines_line_total_minor CHECK ((line_total_minor = (unit_price_minor * quantity))),
    CONSTRAINT ck_order_lines_quantity CHECK (((quantity >= 1) AND (quantity <= '9007199254740991'::bigint))),
    CONSTRAINT ck_order_lines_unit_price_minor CHECK (((unit_price_minor >= 0) AND (unit_price_minor <= '9007199254740991'::bigint)))
);


--
-- Name: orders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orders (
    order_id text NOT NULL COLLATE pg_catalog."C",
    username text NOT NULL COLLATE pg_catalog."C",
    subtotal_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    coupon_code text COLLATE pg_catalog."C",
    balance_after_minor bigint NOT NULL,
    placed_at bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    historical bigint NOT NULL,
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_orders_balance_after_minor CHECK (((balance_after_minor >= 0) AND (balance_after_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_orders_discount_minor CHECK (((discount_minor >= 0) AND (discount_minor <= subtotal_minor))),
    CONSTRAINT ck_orders_historical CHECK ((historical = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_orders_subtotal_minor CHECK (((subtotal_minor >= 0) AND (subtotal_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_orders_total_minor CHECK ((total_minor = (subtotal_minor - discount_minor)))
);


--
-- Name: outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox (
    event_id text NOT NULL COLLATE pg_catalog."C",
    order_id text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    body bytea NOT NULL,
    body_sha256 text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    attempt_count bigint NOT NULL,
    failure_count bigint DEFAULT 0 NOT NULL,
    next_attempt_at bigint NOT NULL,
    lease_owner text COLLATE pg_catalog."C",
    leased_at bigint,
    leased_until_at bigint,
    settled_at bigint,
    last_error text COLLATE pg_catalog."C",
    CONSTRAINT ck_outbox_attempt_count CHECK (((attempt_count >= 0) AND (attempt_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_outbox_failure_count CHECK (((failure_count >= 0) AND (failure_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_outbox_lease CHECK (((state = 'leased'::text) = ((lease_owner IS NOT NULL) AND (leased_at IS NOT NULL) AND (leased_until_at IS NOT NULL)))),
    CONSTRAINT ck_outbox_sequence CHECK (((sequence >= 1) AND (sequence <= '9007199254740991'::bigint))),
    CONSTRAINT ck_outbox_settled CHECK (((state = ANY (ARRAY['delivered'::text, 'dead'::text, 'skipped'::text])) = (settled_at IS NOT NULL))),
    CONSTRAINT ck_outbox_state CHECK ((state = ANY (ARRAY['pending'::text, 'leased'::text, 'delivered'::text, 'dead'::text, 'skipped'::text])))
);


--
-- Name: outbox_totals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox_totals (
    shard bigint NOT NULL,
    delivered_count bigint NOT NULL
);


--
-- Name: outbox_totals_shard_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.outbox_totals_shard_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: outbox_totals_shard_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.outbox_totals_shard_seq OWNED BY public.outbox_totals.shard;


--
-- Name: platform_endpoint; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_endpoint (
    url text NOT NULL COLLATE pg_catalog."C",
    breaker text NOT NULL COLLATE pg_catalog."C",
    failure_count bigint NOT NULL,
    next_try_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    last_error text COLLATE pg_catalog."C",
    CONSTRAINT ck_platform_endpoint_breaker CHECK ((breaker = ANY (ARRAY['closed'::text, 'open'::text, 'stopped'::text])))
);


--
-- Name: product_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.product_codes (
    code text NOT NULL COLLATE pg_catalog."C",
    place bigint NOT NULL,
    sku text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_product_codes_place CHECK (((place >= 0) AND (place <= '9007199254740991'::bigint)))
);


--
-- Name: products; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.products (
    sku text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    price_minor bigint NOT NULL,
    stock bigint NOT NULL,
    movement_count bigint NOT NULL,
    on_sale bigint NOT NULL,
    category text COLLATE pg_catalog."C",
    barcode text COLLATE pg_catalog."C",
    low_stock bigint,
    search_text text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_products_low_stock CHECK (((low_stock >= 0) AND (low_stock <= '9007199254740991'::bigint))),
    CONSTRAINT ck_products_movement_count CHECK (((movement_count >= 0) AND (movement_count <= '9007199254740991'::bigint))),
    CONSTRAINT ck_products_on_sale CHECK ((on_sale = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_products_price_minor CHECK (((price_minor >= 0) AND (price_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_products_stock CHECK (((stock >= 0) AND (stock <= '9007199254740991'::bigint)))
);


--
-- Name: refund_lines; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.refund_lines (
    order_id text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    sku text NOT NULL COLLATE pg_catalog."C",
    quantity bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    restocked bigint NOT NULL,
    CONSTRAINT ck_refund_lines_quantity CHECK (((quantity >= 1) AND (quantity <= '9007199254740991'::bigint))),
    CONSTRAINT ck_refund_lines_refunded_minor CHECK (((refunded_minor >= 0) AND (refunded_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_refund_lines_restocked CHECK (((restocked = 0) OR (restocked = quantity)))
);


--
-- Name: refunds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.refunds (
    order_id text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    username text NOT NULL COLLATE pg_catalog."C",
    entry_sequence bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    lost bigint NOT NULL,
    balance_after_minor bigint NOT NULL,
    refunded_at bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_refunds_balance_after_minor CHECK (((balance_after_minor >= 0) AND (balance_after_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_refunds_lost CHECK ((lost = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_refunds_number CHECK (((number >= 1) AND (number <= '9007199254740991'::bigint))),
    CONSTRAINT ck_refunds_reason CHECK ((reason IS NOT NULL)),
    CONSTRAINT ck_refunds_refunded_minor CHECK (((refunded_minor >= 0) AND (refunded_minor <= '9007199254740991'::bigint)))
);


--
-- Name: relays; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.relays (
    relay_id text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    process_id bigint NOT NULL,
    started_at bigint NOT NULL,
    heartbeat_at bigint NOT NULL
);


--
-- Name: reversals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reversals (
    key text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C"
);


--
-- Name: reversed_cash_moves; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reversed_cash_moves (
    number bigint NOT NULL,
    reversed_number bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_reversed_cash_moves_later CHECK ((number > reversed_number))
);


--
-- Name: reversed_entries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reversed_entries (
    username text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    reversed_sequence bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_reversed_entries_later CHECK ((sequence > reversed_sequence))
);


--
-- Name: sales_days; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sales_days (
    bucket_start_at bigint NOT NULL,
    sku text NOT NULL COLLATE pg_catalog."C",
    units bigint NOT NULL,
    revenue_minor bigint NOT NULL,
    CONSTRAINT ck_sales_days_revenue_minor CHECK (((revenue_minor >= 0) AND (revenue_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_sales_days_units CHECK (((units >= 0) AND (units <= '9007199254740991'::bigint)))
);


--
-- Name: sales_hours; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sales_hours (
    bucket_start_at bigint NOT NULL,
    sku text NOT NULL COLLATE pg_catalog."C",
    units bigint NOT NULL,
    revenue_minor bigint NOT NULL,
    order_count bigint NOT NULL,
    sold_units bigint NOT NULL,
    gross_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    CONSTRAINT ck_sales_hours_discount_minor CHECK (((discount_minor >= 0) AND (discount_minor <= '4611686018427387904'::bigint))),
    CONSTRAINT ck_sales_hours_gross_minor CHECK (((gross_minor >= 0) AND (gross_minor <= '4611686018427387904'::bigint))),
    CONSTRAINT ck_sales_hours_order_count CHECK (((order_count >= 0) AND (order_count <= '4611686018427387904'::bigint))),
    CONSTRAINT ck_sales_hours_refunded_minor CHECK (((refunded_minor >= 0) AND (refunded_minor <= '4611686018427387904'::bigint))),
    CONSTRAINT ck_sales_hours_revenue_minor CHECK (((revenue_minor >= 0) AND (revenue_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_sales_hours_sold_units CHECK (((sold_units >= 0) AND (sold_units <= '4611686018427387904'::bigint))),
    CONSTRAINT ck_sales_hours_units CHECK (((units >= 0) AND (units <= '9007199254740991'::bigint)))
);


--
-- Name: shop; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.shop (
    singleton bigint NOT NULL,
    shop_id text NOT NULL COLLATE pg_catalog."C",
    currency text NOT NULL COLLATE pg_catalog."C",
    exponent bigint NOT NULL,
    timezone text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    sales_bucket_seconds bigint NOT NULL,
    CONSTRAINT ck_shop_exponent CHECK (((exponent >= 0) AND (exponent <= 4))),
    CONSTRAINT ck_shop_sales_bucket_seconds CHECK ((sales_bucket_seconds = ANY (ARRAY[(900)::bigint, (1800)::bigint, (3600)::bigint]))),
    CONSTRAINT ck_shop_singleton CHECK ((singleton = 1))
);


--
-- Name: shop_copy; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.shop_copy (
    singleton bigint NOT NULL,
    copy_id text NOT NULL COLLATE pg_catalog."C",
    held_reason text COLLATE pg_catalog."C",
    held_at bigint,
    retired_to text COLLATE pg_catalog."C",
    retired_at bigint,
    backup_digest text COLLATE pg_catalog."C",
    CONSTRAINT ck_shop_copy_held CHECK (((held_reason IS NULL) = (held_at IS NULL))),
    CONSTRAINT ck_shop_copy_retired CHECK (((retired_to IS NULL) = (retired_at IS NULL))),
    CONSTRAINT ck_shop_copy_singleton CHECK ((singleton = 1))
);


--
-- Name: shop_copy_singleton_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.shop_copy_singleton_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: shop_copy_singleton_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.shop_copy_singleton_seq OWNED BY public.shop_copy.singleton;


--
-- Name: shop_settings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.shop_settings (
    name text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C"
);


--
-- Name: shop_singleton_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.shop_singleton_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: shop_singleton_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.shop_singleton_seq OWNED BY public.shop.singleton;


--
-- Name: stock_movements; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.stock_movements (
    sku text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    quantity bigint NOT NULL,
    stock_after bigint NOT NULL,
    order_id text COLLATE pg_catalog."C",
    batch text COLLATE pg_catalog."C",
    at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_stock_movements_batch CHECK (((batch IS NOT NULL) = (kind = 'import'::text))),
    CONSTRAINT ck_stock_movements_kind CHECK ((((kind = ANY (ARRAY['initial'::text, 'restock'::text, 'return'::text])) AND (quantity > 0)) OR ((kind = 'sale'::text) AND (quantity < 0)) OR ((kind = 'adjustment'::text) AND (quantity <> 0)) OR (kind = 'import'::text))),
    CONSTRAINT ck_stock_movements_order_id CHECK (((order_id IS NOT NULL) = (kind = ANY (ARRAY['sale'::text, 'return'::text])))),
    CONSTRAINT ck_stock_movements_sequence CHECK (((sequence >= 1) AND (sequence <= '9007199254740991'::bigint))),
    CONSTRAINT ck_stock_movements_stock_after CHECK (((stock_after >= 0) AND (stock_after <= '9007199254740991'::bigint)))
);


--
-- Name: transfers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.transfers (
    username text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    to_username text NOT NULL COLLATE pg_catalog."C",
    to_sequence bigint NOT NULL,
    CONSTRAINT ck_transfers_between_two CHECK ((username <> to_username))
);


--
-- Name: user_coupons; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_coupons (
    code text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    claim_limit bigint NOT NULL,
    username text NOT NULL COLLATE pg_catalog."C",
    claimed_at bigint NOT NULL,
    usable_until_at bigint,
    order_id text COLLATE pg_catalog."C",
    redeemed_at bigint,
    key text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    CONSTRAINT ck_user_coupons_claim_limit CHECK (((claim_limit >= 1) AND (claim_limit <= '9007199254740991'::bigint))),
    CONSTRAINT ck_user_coupons_number CHECK (((number >= 1) AND (number <= '9007199254740991'::bigint))),
    CONSTRAINT ck_user_coupons_redeemed CHECK (((order_id IS NULL) = (redeemed_at IS NULL)))
);


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    username text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    recorded_at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    host text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C"
);


--
-- Name: cash_moves number; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cash_moves ALTER COLUMN number SET DEFAULT nextval('public.cash_moves_number_seq'::regclass);


--
-- Name: closes number; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.closes ALTER COLUMN number SET DEFAULT nextval('public.closes_number_seq'::regclass);


--
-- Name: outbox_totals shard; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox_totals ALTER COLUMN shard SET DEFAULT nextval('public.outbox_totals_shard_seq'::regclass);


--
-- Name: shop singleton; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shop ALTER COLUMN singleton SET DEFAULT nextval('public.shop_singleton_seq'::regclass);


--
-- Name: shop_copy singleton; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shop_copy ALTER COLUMN singleton SET DEFAULT nextval('public.shop_copy_singleton_seq'::regclass);


--
-- Data for Name: admin_changes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.admin_changes VALUES ('01kkfzs6w0vfbkt8dqfpefeqfw', 'user', 'left', 'set', '{"state": "active"}', '{"state": "closed"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'moved away');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0vfbkt8dqfpvcw32d', 'user', 'blocked', 'set', '{"state": "active"}', '{"state": "blocked"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'owes a mug');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0vfbkt8dqfqpcdzzt', 'user', 'forgotten', 'set', NULL, '{"name": "forgotten"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'asked for it');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0ykyq3n2553d1pkwn', 'user', 'kim', 'set', NULL, '{"name": "set"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0ykyq3n2554yxqtyr', 'product', 'LATTE', 'set', '{"price_minor": 4500}', '{"price_minor": 4800}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'beans went up');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0ykyq3n2558wmjfde', 'product', 'LATTE', 'set', '{"low_stock": null, "name": "The LATTE"}', '{"low_stock": 10, "name": "Caffè latte"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0ykyq3n255afyad4z', 'product', 'GONE', 'set', '{"on_sale": 1}', '{"on_sale": 0}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'nobody wanted it');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0ykyq3n255mvtx5rf', 'coupon', 'FIVER', 'set', '{"claim_limit": 3}', '{"claim_limit": 5}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'more of them');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0ykyq3n255p1hgzv0', 'coupon', 'OFF', 'set', '{"closes_at": 1774062000000000, "disabled": 0}', '{"closes_at": 1773543600000000, "disabled": 1}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'a mistake');
INSERT INTO public.admin_changes VALUES ('01kkng0vm0vxmfwf9p6pmmtkz8', 'user', 'lee', 'set', '{"state": "active"}', '{"state": "blocked"}', 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kkng0vm0vxmfwf9p6qw5jcg1', 'user', 'lee', 'set', '{"state": "blocked"}', '{"state": "active"}', 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'paid for the mug');
INSERT INTO public.admin_changes VALUES ('01kkng0vm0vxmfwf9p6v67bw51', 'product', 'WATER', 'set', '{"price_minor": 1000}', '{"price_minor": 1100}', 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kkr2djm03rfv97td21nqahaf', 'user', 'kim', 'set', NULL, '{"name": "set"}', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.admin_changes VALUES ('01kkr2djm0g79jxn4p60n0nfsa', 'product', 'WATER', 'set', '{"name": "The WATER"}', '{"name": "Water"}', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.admin_changes VALUES ('01kktnsdq04nc8z64sve3nhs3t', 'setting', 'platform.url', 'set', '{"value": null}', '{"value": "http://127.0.0.1:34489/"}', 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', 'the day begins');
INSERT INTO public.admin_changes VALUES ('01kktnsdq0swmhjyg9afbypf7r', 'setting', 'cancel_within', 'set', '{"value": "24h"}', '{"value": "48h"}', 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kktnsdq0swmhjyg9ak0e82vc', 'outbox', 'delivered', 'prune', NULL, '{"count": 0}', 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kktnsdq0xvkweygmk5zsxp1p', 'outbox', '01kktnsdq0x0fe2jg55mxf0mww', 'discard', '{"state": "pending"}', '{"state": "dead"}', 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', 'never mind');
INSERT INTO public.admin_changes VALUES ('01kktp2jp0s8k5wvkx255kmfsq', 'setting', 'platform.url', 'unset', '{"value": "http://127.0.0.1:34489/"}', '{"value": null}', 1773643320000000, 1773643320000000, 'keeper', 'vm', 'api', 'the day is over');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0002');


--
-- Data for Name: balance_entries; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.balance_entries VALUES ('kim', 1, 'charge', 60000, 60000, NULL, 1773284400000000, 'start-0', 'b1fc46997797ee07a828dc31beea4460', 1773284400000000, 'keeper', 'vm', 'api', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('lee', 1, 'charge', 61000, 61000, NULL, 1773284400000000, 'start-1', 'c024e0e8e0e152302408d5919655a884', 1773284400000000, 'keeper', 'vm', 'api', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('Ångström', 1, 'charge', 62000, 62000, NULL, 1773284400000000, 'start-2', '3e570950ce82927b304f046feabd2e88', 1773284400000000, 'keeper', 'vm', 'api', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('blocked', 1, 'charge', 63000, 63000, NULL, 1773284400000000, 'start-3', 'e2ba0ac7a2b58ac8e411806d9470f56e', 1773284400000000, 'keeper', 'vm', 'api', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('left', 1, 'charge', 64000, 64000, NULL, 1773284400000000, 'start-4', '171d630dfca940cfc3306f08596b38f9', 1773284400000000, 'keeper', 'vm', 'api', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('forgotten', 1, 'charge', 65000, 65000, NULL, 1773284400000000, 'start-5', '2d354d73be808e67262bf3b2266997db', 1773284400000000, 'keeper', 'vm', 'api', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('kim', 2, 'charge', 5000, 65000, NULL, 1773284400000000, '01kkfzs6w0nnmkmcy0g9k7p7j0', '0ce27fc5f70be50971b8faa363d7513f', 1773284400000000, 'keeper', 'vm', 'api', 'found in the drawer', 'cash');
INSERT INTO public.balance_entries VALUES ('lee', 2, 'charge', 2500, 63500, NULL, 1769828400000000, 'late-1', 'fe9bbf23cc602bc371c8089c59f963fb', 1773284400000000, 'keeper', 'vm', 'api', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('kim', 3, 'adjustment', -500, 64500, NULL, 1773284400000000, 'count-1', '6d42bf205bc5ca0efc5b7241cebbb96c', 1773284400000000, 'keeper', 'vm', 'api', 'counted again', NULL);
INSERT INTO public.balance_entries VALUES ('lee', 3, 'adjustment', 700, 64200, NULL, 1773284400000000, '01kkfzs6w0nnmkmcy0gdd0m4kf', 'c35958c1f2712b7c3d591a783b023506', 1773284400000000, 'keeper', 'vm', 'api', 'counted again', NULL);
INSERT INTO public.balance_entries VALUES ('lee', 4, 'payout', -1200, 63000, NULL, 1773284400000000, 'out-1', '30211e0757c18b58fdbb3faa938aaf6e', 1773284400000000, 'keeper', 'vm', 'api', 'asked for it', 'cash');
INSERT INTO public.balance_entries VALUES ('left', 2, 'payout', -64000, 0, NULL, 1773284400000000, '01kkfzs6w0vfbkt8dqfknk06py', 'f839d5077f4de11e0d49c1d876293f29', 1773284400000000, 'keeper', 'vm', 'api', 'moved away', 'cash');
INSERT INTO public.balance_entries VALUES ('kim', 4, 'payment', -11610, 52890, '01kkg6my404bmv8efsrqtesv8b', 1773291600000000, NULL, NULL, 1773291600000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('lee', 5, 'payment', -4900, 58100, '01kkg8y5w04z9ryzvdqyc4nvpf', 1773294000000000, NULL, NULL, 1773294000000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 5, 'payment', 0, 52890, '01kkg8y5w0yrvp0ytaphgt8sh1', 1773294000000000, NULL, NULL, 1773294000000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('Ångström', 2, 'payment', -2340, 59660, '01kkgb7dm0p4knqhrcayfd5njb', 1773296400000000, NULL, NULL, 1773296400000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('forgotten', 2, 'payment', -4800, 60200, '01kkgb7dm0tmtxdshhd3vtcv3f', 1773296400000000, NULL, NULL, 1773296400000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 6, 'refund', 11610, 64500, '01kkg6my404bmv8efsrqtesv8b', 1773296400000000, NULL, NULL, 1773296400000000, 'keeper', 'vm', 'api', 'wrong cup', NULL);
INSERT INTO public.balance_entries VALUES ('Ångström', 3, 'refund', 2340, 62000, '01kkgb7dm0p4knqhrcayfd5njb', 1773469200000000, NULL, NULL, 1773469200000000, 'keeper', 'vm', 'api', 'too late, all the same', NULL);
INSERT INTO public.balance_entries VALUES ('lee', 6, 'payment', -1100, 57000, '01kkng0vm0vxmfwf9p6wh7r2me', 1773469200000000, NULL, NULL, 1773469200000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 7, 'payment', -42, 64458, '01kkng0vm0yqp6anqpmp5cx92p', 1772506800000000, NULL, NULL, 1773469200000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('lee', 7, 'refund', 4900, 61900, '01kkg8y5w04z9ryzvdqyc4nvpf', 1773469200000000, NULL, NULL, 1773469200000000, 'keeper', 'vm', 'api', 'complained', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 8, 'charge', 100, 64558, NULL, 1773555600000000, 'c2', '920f29f9a928618ce5d92a6ef7e5cd45', 1773555600000000, 'keeper', 'vm', 'import', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('mina', 1, 'charge', 30000, 30000, NULL, 1769907600000000, 'c1', '1905074417eb85288b5481d30f487dcd', 1773555600000000, 'keeper', 'vm', 'import', NULL, 'cash');
INSERT INTO public.balance_entries VALUES ('mina', 2, 'payment', -5185, 24815, '01kkr2djm0g79jxn4p6176nbrm', 1773555600000000, NULL, NULL, 1773555600000000, 'keeper', 'vm', 'import', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('mina', 3, 'payment', -5500, 19315, '01kkr2djm0g79jxn4p66hakdkn', 1767573000000000, NULL, NULL, 1773555600000000, 'keeper', 'vm', 'import', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 9, 'payment', -900, 63658, '01kkr2djm0g79jxn4p69r97abz', 1767711599000000, NULL, NULL, 1773555600000000, 'keeper', 'vm', 'import', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 10, 'payment', -1100, 62558, '01kktnsdq0tw3jkk60dtpysh44', 1773643020000000, NULL, NULL, 1773643020000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 11, 'payment', -1100, 61458, '01kktnsdq0tw3jkk60e14q8gc0', 1773643020000000, NULL, NULL, 1773643020000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 12, 'payment', -1100, 60358, '01kktnsdq0tw3jkk60e2zc5yr8', 1773643020000000, NULL, NULL, 1773643020000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 13, 'payment', -1100, 59258, '01kktnsdq0x0fe2jg55kxrx73j', 1773643020000000, NULL, NULL, 1773643020000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('mina', 4, 'charge', 900, 20215, NULL, 1773643320000000, '01kktp2jp0s8k5wvkx2cvxhsth', 'c34eb51d87c0340b4d2b95ef0afa70ef', 1773643320000000, 'keeper', 'vm', 'api', NULL, 'card');
INSERT INTO public.balance_entries VALUES ('mina', 5, 'reversal', -900, 19315, NULL, 1773643320000000, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', 'wrong user', 'card');
INSERT INTO public.balance_entries VALUES ('kim', 14, 'transfer', -300, 58958, NULL, 1773643320000000, 'gift-1', '8d4cc2adcf238cf222324f7859475317', 1773643320000000, 'keeper', 'vm', 'api', 'for the tea', NULL);
INSERT INTO public.balance_entries VALUES ('lee', 8, 'transfer', 300, 62200, NULL, 1773643320000000, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', 'for the tea', NULL);
INSERT INTO public.balance_entries VALUES ('lee', 9, 'transfer', -200, 62000, NULL, 1773643320000000, '01kktp2jp0s8k5wvkx2et2wy0w', '432de5d919bb38956619a8f911662974', 1773643320000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('mina', 6, 'transfer', 200, 19515, NULL, 1773643320000000, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('lee', 10, 'reversal', 200, 62200, NULL, 1773643320000000, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', 'too much', NULL);
INSERT INTO public.balance_entries VALUES ('mina', 7, 'reversal', -200, 19315, NULL, 1773643320000000, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', 'too much', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 15, 'payment', -12900, 46058, '01kktp2jp0s8k5wvkx2fcstn4p', 1773643320000000, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', NULL, NULL);
INSERT INTO public.balance_entries VALUES ('kim', 16, 'refund', 4800, 50858, '01kktp2jp0s8k5wvkx2fcstn4p', 1773643320000000, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', 'cold', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 17, 'refund', 3300, 54158, '01kktp2jp0s8k5wvkx2fcstn4p', 1773643320000000, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', 'never came', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 18, 'payment', -1100, 53058, '01kktsgea0wr2nh1n1e1m7kj1e', 1773646920000000, NULL, NULL, 1773646920000000, 'keeper', 'vm', 'api', NULL, NULL);


--
-- Data for Name: balances; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.balances VALUES ('empty', 'active', 0, 0);
INSERT INTO public.balances VALUES ('left', 'closed', 0, 2);
INSERT INTO public.balances VALUES ('blocked', 'blocked', 63000, 1);
INSERT INTO public.balances VALUES ('forgotten', 'active', 60200, 2);
INSERT INTO public.balances VALUES ('Ångström', 'active', 62000, 3);
INSERT INTO public.balances VALUES ('lee', 'active', 62200, 10);
INSERT INTO public.balances VALUES ('mina', 'active', 19315, 7);
INSERT INTO public.balances VALUES ('kim', 'active', 53058, 18);


--
-- Data for Name: cancellations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cancellations VALUES ('01kkg6my404bmv8efsrqtesv8b', 11610, 1, 64500, 1773296400000000, 'cancel-1', '153bd27eab2b4289a0cd0b92701ac9c7', 1773296400000000, 'keeper', 'vm', 'api', 'wrong cup');
INSERT INTO public.cancellations VALUES ('01kkgb7dm0p4knqhrcayfd5njb', 2340, 1, 62000, 1773469200000000, '01kkng0vm0vxmfwf9p6kq005nk', '1747a1460aa048940c029d748aeba3f2', 1773469200000000, 'keeper', 'vm', 'api', 'too late, all the same');
INSERT INTO public.cancellations VALUES ('01kkg8y5w04z9ryzvdqyc4nvpf', 4900, 1, 61900, 1773469200000000, '01kkng0vm0yqp6anqpmssbhcmb', 'c6fb1d1c05abbd544a78fc4c346ba0dd', 1773469200000000, 'keeper', 'vm', 'api', 'complained');


--
-- Data for Name: cash_moves; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cash_moves VALUES (1, 'in', 50000, 397400, '01kktp2jp0s8k5wvkx28j617mv', '246eebad7ceb7c5190691c828f2c7860', 1773643320000000, 'keeper', 'vm', 'api', 'change for the day');
INSERT INTO public.cash_moves VALUES (2, 'out', -2000, 395400, '01kktp2jp0s8k5wvkx28ww8vzr', 'ee4504902f5f338efe671586de648850', 1773643320000000, 'keeper', 'vm', 'api', 'stamps');
INSERT INTO public.cash_moves VALUES (3, 'reversal', 2000, 397400, NULL, NULL, 1773643320000000, 'keeper', 'vm', 'api', 'typed twice');


--
-- Data for Name: close_marks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.close_marks VALUES ('blocked', 1, 1);
INSERT INTO public.close_marks VALUES ('forgotten', 2, 1);
INSERT INTO public.close_marks VALUES ('kim', 17, 1);
INSERT INTO public.close_marks VALUES ('lee', 10, 1);
INSERT INTO public.close_marks VALUES ('left', 2, 1);
INSERT INTO public.close_marks VALUES ('mina', 7, 1);
INSERT INTO public.close_marks VALUES ('Ångström', 3, 1);
INSERT INTO public.close_marks VALUES ('kim', 18, 2);


--
-- Data for Name: closes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.closes VALUES (1, NULL, 1773643320000000, 42, 'blocked:0001', 'mina:0007', 3, 0, '{"charged":{"card":900,"cash":412600},"reversed":{"card":900},"paid_out":{"cash":65200}}', 200, 53677, 26950, 320873, 15, 29, 5, 3465, 3, 18850, 2, 8100, 0, 50000, 0, 397400, 40000, 53677, 26950, 6, 1, 'KRW', 'Asia/Seoul', 'bcd15e16090b77316a9826a36f6af1aead14fefb6d5118791a7c11587ccabb83', 'close-1', 'f479ceb7a174fec41800a0ed1347c1d9', 1773643320000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.closes VALUES (2, 1773643320000000, 1773646920000000, 1, 'kim:0018', 'kim:0018', 3, 320873, '{"charged":{},"reversed":{},"paid_out":{}}', 0, 1100, 0, 319773, 1, 1, 0, 0, 0, 0, 0, 0, 40000, 0, 0, 40000, NULL, 54777, 26950, 7, 1, 'KRW', 'Asia/Seoul', 'fc05487b29d5071605c39755b13aff60b9161cc7b389a1714d56bb0c67b49b3f', 'close-2', 'dc66ebd372be1f41c5ff2a2acd8deaa2', 1773646920000000, 'keeper', 'vm', 'api', NULL);


--
-- Data for Name: coupons; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.coupons VALUES ('SOON', 5, NULL, NULL, 10, 0, NULL, 1775876400000000, NULL, NULL, NULL, 0, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.coupons VALUES ('WELCOME10', 10, NULL, 2000, 100, 3, NULL, NULL, NULL, NULL, NULL, 0, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.coupons VALUES ('LAST', 100, NULL, NULL, 1, 1, NULL, NULL, NULL, 1773288000000000, NULL, 0, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.coupons VALUES ('FIVER', NULL, 500, NULL, 5, 3, 3000, NULL, NULL, NULL, 30, 0, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.coupons VALUES ('OFF', 5, NULL, NULL, 10, 1, NULL, NULL, 1773543600000000, NULL, NULL, 1, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.coupons VALUES ('IMPORTED', 15, NULL, NULL, 20, 1, NULL, NULL, NULL, NULL, NULL, 0, 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);


--
-- Data for Name: delivery_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery_attempts VALUES ('01kkg6my40mn7zcd3y7deww587', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 1726, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkgb7dm0tmtxdshhd6h15q9x', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 375, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkng0vm0yqp6anqpmnhg758w', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 262, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkng0vm0yqp6anqpmqtsx79d', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 196, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkg8y5w09scpr40phr8vbs1s', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 3946, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkg8y5w0yrvp0ytapmd2yqrr', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 5909, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkgb7dm0tmtxdshhd3vbmzyp', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 6027, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkr2djm0g79jxn4p63pp4trr', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 2541, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkgb7dm0yesvf3j8hy00axya', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 604, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkng0vm0yqp6anqpmx0xwnc5', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 454, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkng0vm0vxmfwf9p6mn825nz', 1, '01kktnsdq0hze7s7253yzhn542', 1773643020000000, 905, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kktnsdq0tw3jkk60e59c1nh8', 1, '01kktnsdq0x0fe2jg55pqrrv8h', 1773643020000000, 156, 'failed', NULL, 'connection refused', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kktnsdq0tw3jkk60e0992hd4', 1, '01kktnsdq0x0fe2jg55pqrrv8h', 1773643020000000, 650, 'failed', NULL, 'connection refused', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kktnsdq0tw3jkk60e1xr0zas', 1, '01kktnsdq0x0fe2jg55pqrrv8h', 1773643020000000, 1249, 'failed', NULL, 'connection refused', NULL);


--
-- Data for Name: order_lines; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.order_lines VALUES ('01kkg6my404bmv8efsrqtesv8b', 1, 'LATTE', 'Caffè latte', 2, 4800, 9600, 960);
INSERT INTO public.order_lines VALUES ('01kkg6my404bmv8efsrqtesv8b', 2, 'BAGEL', 'The BAGEL', 1, 3300, 3300, 330);
INSERT INTO public.order_lines VALUES ('01kkg8y5w04z9ryzvdqyc4nvpf', 1, 'WATER', 'The WATER', 3, 1000, 3000, 278);
INSERT INTO public.order_lines VALUES ('01kkg8y5w04z9ryzvdqyc4nvpf', 2, '바나나', 'The 바나나', 2, 1200, 2400, 222);
INSERT INTO public.order_lines VALUES ('01kkg8y5w0yrvp0ytaphgt8sh1', 1, 'FREE', 'The FREE', 1, 0, 0, 0);
INSERT INTO public.order_lines VALUES ('01kkgb7dm0p4knqhrcayfd5njb', 1, 'TWIN-1', 'The TWIN-1', 1, 800, 800, 80);
INSERT INTO public.order_lines VALUES ('01kkgb7dm0p4knqhrcayfd5njb', 2, 'TWIN-2', 'The TWIN-2', 2, 900, 1800, 180);
INSERT INTO public.order_lines VALUES ('01kkgb7dm0tmtxdshhd3vtcv3f', 1, 'LATTE', 'Caffè latte', 1, 4800, 4800, 0);
INSERT INTO public.order_lines VALUES ('01kkng0vm0vxmfwf9p6wh7r2me', 1, 'WATER', 'The WATER', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kkng0vm0yqp6anqpmp5cx92p', 1, 'LATTE', 'Caffè latte', 1, 42, 42, 0);
INSERT INTO public.order_lines VALUES ('01kkr2djm0g79jxn4p6176nbrm', 1, 'TEA', 'Tea', 2, 2500, 5000, 750);
INSERT INTO public.order_lines VALUES ('01kkr2djm0g79jxn4p6176nbrm', 2, 'WATER', 'Water', 1, 1100, 1100, 165);
INSERT INTO public.order_lines VALUES ('01kkr2djm0g79jxn4p66hakdkn', 1, 'TEA', 'Tea', 3, 2000, 6000, 500);
INSERT INTO public.order_lines VALUES ('01kkr2djm0g79jxn4p69r97abz', 1, 'WATER', 'Water', 1, 900, 900, 0);
INSERT INTO public.order_lines VALUES ('01kktnsdq0tw3jkk60dtpysh44', 1, 'WATER', 'Water', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kktnsdq0tw3jkk60e14q8gc0', 1, 'WATER', 'Water', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kktnsdq0tw3jkk60e2zc5yr8', 1, 'WATER', 'Water', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kktnsdq0x0fe2jg55kxrx73j', 1, 'WATER', 'Water', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kktp2jp0s8k5wvkx2fcstn4p', 1, 'LATTE', 'Caffè latte', 2, 4800, 9600, 0);
INSERT INTO public.order_lines VALUES ('01kktp2jp0s8k5wvkx2fcstn4p', 2, 'BAGEL', 'The BAGEL', 1, 3300, 3300, 0);
INSERT INTO public.order_lines VALUES ('01kktsgea0wr2nh1n1e1m7kj1e', 1, 'WATER', 'Water', 1, 1100, 1100, 0);


--
-- Data for Name: orders; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.orders VALUES ('01kkg6my404bmv8efsrqtesv8b', 'kim', 12900, 1290, 11610, 'WELCOME10', 52890, 1773291600000000, 'till1-1', '7aea7ea2d426e35388e2ab3cd2abfc81', 0, 1773291600000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkg8y5w04z9ryzvdqyc4nvpf', 'lee', 5400, 500, 4900, 'FIVER', 58100, 1773294000000000, '01kkg8y5w04z9ryzvdqyc4nvpf', '104e19a9a78ad0509e1f77d375a601cb', 0, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkg8y5w0yrvp0ytaphgt8sh1', 'kim', 0, 0, 0, NULL, 52890, 1773294000000000, 'nothing', '8eeca68d7cb8f0c1c948c975ab11a818', 0, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkgb7dm0p4knqhrcayfd5njb', 'Ångström', 2600, 260, 2340, 'WELCOME10', 59660, 1773296400000000, '01kkgb7dm0p4knqhrcayfd5njb', 'd102a3c3f429e775524da691b6cdaf09', 0, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkgb7dm0tmtxdshhd3vtcv3f', 'forgotten', 4800, 0, 4800, NULL, 60200, 1773296400000000, '01kkgb7dm0tmtxdshhd3vtcv3f', 'e09aa40a4b9be4179ded2d5925a43307', 0, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkng0vm0vxmfwf9p6wh7r2me', 'lee', 1100, 0, 1100, NULL, 57000, 1773469200000000, 'till1-2', 'd7856f6cc322f68d55a8d11e199f2b9d', 0, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkng0vm0yqp6anqpmp5cx92p', 'kim', 42, 0, 42, NULL, 64458, 1772506800000000, '01kkng0vm0yqp6anqpmp5cx92p', '44f62a5938db6d3644ee151d9447c934', 1, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkr2djm0g79jxn4p6176nbrm', 'mina', 6100, 915, 5185, 'IMPORTED', 24815, 1773555600000000, 'day-o1', 'af7142d5b0bacfec7c4155750678d35e', 0, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.orders VALUES ('01kkr2djm0g79jxn4p66hakdkn', 'mina', 6000, 500, 5500, NULL, 19315, 1767573000000000, 'h1', '3a7ce0aa501bb7642c427e5f2a0c88ad', 1, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.orders VALUES ('01kkr2djm0g79jxn4p69r97abz', 'kim', 900, 0, 900, NULL, 63658, 1767711599000000, 'h2', '3d92e06e31547e2be1657c8f8291d8f4', 1, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.orders VALUES ('01kktnsdq0tw3jkk60dtpysh44', 'kim', 1100, 0, 1100, NULL, 62558, 1773643020000000, 'unsent-0', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kktnsdq0tw3jkk60e14q8gc0', 'kim', 1100, 0, 1100, NULL, 61458, 1773643020000000, 'unsent-1', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kktnsdq0tw3jkk60e2zc5yr8', 'kim', 1100, 0, 1100, NULL, 60358, 1773643020000000, 'unsent-2', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kktnsdq0x0fe2jg55kxrx73j', 'kim', 1100, 0, 1100, NULL, 59258, 1773643020000000, 'unsent-3', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kktp2jp0s8k5wvkx2fcstn4p', 'kim', 12900, 0, 12900, NULL, 46058, 1773643320000000, 'partly-back', '171508c368a717942c00eca39fa49289', 0, 1773643320000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kktsgea0wr2nh1n1e1m7kj1e', 'kim', 1100, 0, 1100, NULL, 53058, 1773646920000000, 'after-the-close', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773646920000000, 'keeper', 'vm', 'api', NULL);


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox VALUES ('01kkgb7dm0yesvf3j8hy00axya', '01kkg6my404bmv8efsrqtesv8b', 2, 'shop.order.cancelled', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b676237646d307965737666336a386879303061787961222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e63616e63656c6c6564222c227375626a656374223a2230316b6b67366d79343034626d76386566737271746573763862222c2274696d65223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2232222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b67366d79343034626d76386566737271746573763862222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2263616e63656c6c6564222c22706c616365645f6174223a22323032362d30332d31325430353a30303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a322c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a393630302c22646973636f756e74223a3936302c226e6574223a383634307d2c7b22736b75223a22424147454c222c226e616d65223a2254686520424147454c222c227175616e74697479223a312c22756e69745f7072696365223a333330302c226c696e655f746f74616c223a333330302c22646973636f756e74223a3333302c226e6574223a323937307d5d2c22737562746f74616c223a31323930302c22646973636f756e74223a313239302c22746f74616c223a31313631302c22636f75706f6e223a2257454c434f4d453130222c2263616e63656c6c65645f6174223a22323032362d30332d31325430363a32303a30302e3030303030305a222c22726561736f6e223a2277726f6e6720637570222c22726566756e646564223a31313631307d7d', 'edea559024bc8c31905d9d709dc89f2ef63d011c58ef7cc66834a63201dd7045', 1773296400000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkng0vm0vxmfwf9p6mn825nz', '01kkgb7dm0p4knqhrcayfd5njb', 2, 'shop.order.cancelled', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6e6730766d3076786d6677663970366d6e3832356e7a222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e63616e63656c6c6564222c227375626a656374223a2230316b6b676237646d3070346b6e7168726361796664356e6a62222c2274696d65223a22323032362d30332d31345430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2232222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b676237646d3070346b6e7168726361796664356e6a62222c22757365725f6964223a2230316b6b667a733677306e6e6d6b6d6379306731716d36347973222c227374617465223a2263616e63656c6c6564222c22706c616365645f6174223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225457494e2d31222c226e616d65223a22546865205457494e2d31222c227175616e74697479223a312c22756e69745f7072696365223a3830302c226c696e655f746f74616c223a3830302c22646973636f756e74223a38302c226e6574223a3732307d2c7b22736b75223a225457494e2d32222c226e616d65223a22546865205457494e2d32222c227175616e74697479223a322c22756e69745f7072696365223a3930302c226c696e655f746f74616c223a313830302c22646973636f756e74223a3138302c226e6574223a313632307d5d2c22737562746f74616c223a323630302c22646973636f756e74223a3236302c22746f74616c223a323334302c22636f75706f6e223a2257454c434f4d453130222c2263616e63656c6c65645f6174223a22323032362d30332d31345430363a32303a30302e3030303030305a222c22726561736f6e223a22746f6f206c6174652c20616c6c207468652073616d65222c22726566756e646564223a323334307d7d', '0ff7a488c8067794b0837e94283cac165e1fa397b6916f3c7e8f452bec5a7b4d', 1773469200000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkr2djm0g79jxn4p67n51hxa', '01kkr2djm0g79jxn4p66hakdkn', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7232646a6d306737396a786e347036376e3531687861222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b7232646a6d306737396a786e3470363668616b646b6e222c2274696d65223a22323032362d30312d30355430303a33303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7232646a6d306737396a786e3470363668616b646b6e222c22757365725f6964223a2230316b6b7232646a6d303372667639377464317a657274713166222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30312d30355430303a33303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a22544541222c226e616d65223a22546561222c227175616e74697479223a332c22756e69745f7072696365223a323030302c226c696e655f746f74616c223a363030302c22646973636f756e74223a3530302c226e6574223a353530307d5d2c22737562746f74616c223a363030302c22646973636f756e74223a3530302c22746f74616c223a353530302c22636f75706f6e223a6e756c6c7d7d', '0503d07dad089e9703dce8a60e4ababe3efde15fce7d5ddb938250d908a27c8c', 1773555600000000, 'skipped', 0, 0, 0, NULL, NULL, NULL, 1773555600000000, 'skipped at import');
INSERT INTO public.outbox VALUES ('01kkr2djm0g79jxn4p6bee02dq', '01kkr2djm0g79jxn4p69r97abz', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7232646a6d306737396a786e34703662656530326471222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b7232646a6d306737396a786e3470363972393761627a222c2274696d65223a22323032362d30312d30365431343a35393a35392e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7232646a6d306737396a786e3470363972393761627a222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30312d30365431343a35393a35392e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a3930302c226c696e655f746f74616c223a3930302c22646973636f756e74223a302c226e6574223a3930307d5d2c22737562746f74616c223a3930302c22646973636f756e74223a302c22746f74616c223a3930302c22636f75706f6e223a6e756c6c7d7d', '613dcc4516df83953f097d0691743668f09902a001be7854cb36a7fe84e7aa48', 1773555600000000, 'skipped', 0, 0, 0, NULL, NULL, NULL, 1773555600000000, 'skipped at import');
INSERT INTO public.outbox VALUES ('01kkg6my40mn7zcd3y7deww587', '01kkg6my404bmv8efsrqtesv8b', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b67366d7934306d6e377a636433793764657777353837222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b67366d79343034626d76386566737271746573763862222c2274696d65223a22323032362d30332d31325430353a30303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b67366d79343034626d76386566737271746573763862222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430353a30303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a322c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a393630302c22646973636f756e74223a3936302c226e6574223a383634307d2c7b22736b75223a22424147454c222c226e616d65223a2254686520424147454c222c227175616e74697479223a312c22756e69745f7072696365223a333330302c226c696e655f746f74616c223a333330302c22646973636f756e74223a3333302c226e6574223a323937307d5d2c22737562746f74616c223a31323930302c22646973636f756e74223a313239302c22746f74616c223a31313631302c22636f75706f6e223a2257454c434f4d453130227d7d', '34a8112b79769b442ebf02078b65da9db7badae72cb978328f29d9b1db76e11a', 1773291600000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkg8y5w09scpr40phr8vbs1s', '01kkg8y5w04z9ryzvdqyc4nvpf', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b67387935773039736370723430706872387662733173222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b673879357730347a3972797a7664717963346e767066222c2274696d65223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b673879357730347a3972797a7664717963346e767066222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34627831786d3567222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a22546865205741544552222c227175616e74697479223a332c22756e69745f7072696365223a313030302c226c696e655f746f74616c223a333030302c22646973636f756e74223a3237382c226e6574223a323732327d2c7b22736b75223a22ebb094eb8298eb8298222c226e616d65223a2254686520ebb094eb8298eb8298222c227175616e74697479223a322c22756e69745f7072696365223a313230302c226c696e655f746f74616c223a323430302c22646973636f756e74223a3232322c226e6574223a323137387d5d2c22737562746f74616c223a353430302c22646973636f756e74223a3530302c22746f74616c223a343930302c22636f75706f6e223a224649564552227d7d', 'fdc9c0dfa0d8499ccaa458c8416592308c302f668ac16787049959cdd8e7f307', 1773294000000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkng0vm0yqp6anqpmx0xwnc5', '01kkg8y5w04z9ryzvdqyc4nvpf', 2, 'shop.order.cancelled', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6e6730766d3079717036616e71706d783078776e6335222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e63616e63656c6c6564222c227375626a656374223a2230316b6b673879357730347a3972797a7664717963346e767066222c2274696d65223a22323032362d30332d31345430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2232222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b673879357730347a3972797a7664717963346e767066222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34627831786d3567222c227374617465223a2263616e63656c6c6564222c22706c616365645f6174223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a22546865205741544552222c227175616e74697479223a332c22756e69745f7072696365223a313030302c226c696e655f746f74616c223a333030302c22646973636f756e74223a3237382c226e6574223a323732327d2c7b22736b75223a22ebb094eb8298eb8298222c226e616d65223a2254686520ebb094eb8298eb8298222c227175616e74697479223a322c22756e69745f7072696365223a313230302c226c696e655f746f74616c223a323430302c22646973636f756e74223a3232322c226e6574223a323137387d5d2c22737562746f74616c223a353430302c22646973636f756e74223a3530302c22746f74616c223a343930302c22636f75706f6e223a224649564552222c2263616e63656c6c65645f6174223a22323032362d30332d31345430363a32303a30302e3030303030305a222c22726561736f6e223a22636f6d706c61696e6564222c22726566756e646564223a343930307d7d', '678a3d38e67b42c074935842e9c9d57ba2a80b3c0476a3153d1a1ad618b2b8b5', 1773469200000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkgb7dm0tmtxdshhd6h15q9x', '01kkgb7dm0tmtxdshhd3vtcv3f', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b676237646d30746d7478647368686436683135713978222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b676237646d30746d7478647368686433767463763366222c2274696d65223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b676237646d30746d7478647368686433767463763366222c22757365725f6964223a2230316b6b667a733677306e6e6d6b6d6379306735663673686466222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a312c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a343830302c22646973636f756e74223a302c226e6574223a343830307d5d2c22737562746f74616c223a343830302c22646973636f756e74223a302c22746f74616c223a343830302c22636f75706f6e223a6e756c6c7d7d', 'd1115d98f982fb5fa6c6319c2bb8e3133d915daffca6238126856048bf8946f8', 1773296400000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkng0vm0yqp6anqpmnhg758w', '01kkng0vm0vxmfwf9p6wh7r2me', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6e6730766d3079717036616e71706d6e686737353877222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b6e6730766d3076786d66776639703677683772326d65222c2274696d65223a22323032362d30332d31345430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b6e6730766d3076786d66776639703677683772326d65222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34627831786d3567222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31345430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a22546865205741544552222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', '0cd48bf6f28e010647f2a958d1443b7a914cd7d220d7f6fc2f6c7be47b88503d', 1773469200000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkng0vm0yqp6anqpmqtsx79d', '01kkng0vm0yqp6anqpmp5cx92p', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6e6730766d3079717036616e71706d71747378373964222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b6e6730766d3079717036616e71706d70356378393270222c2274696d65223a22323032362d30332d30335430333a30303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b6e6730766d3079717036616e71706d70356378393270222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d30335430333a30303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a312c22756e69745f7072696365223a34322c226c696e655f746f74616c223a34322c22646973636f756e74223a302c226e6574223a34327d5d2c22737562746f74616c223a34322c22646973636f756e74223a302c22746f74616c223a34322c22636f75706f6e223a6e756c6c7d7d', '457a034c12858198ff3d7b9d0ec18716d230a848ad91a0ba342923e9d1d8771b', 1773469200000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkg8y5w0yrvp0ytapmd2yqrr', '01kkg8y5w0yrvp0ytaphgt8sh1', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6738793577307972767030797461706d643279717272222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b67387935773079727670307974617068677438736831222c2274696d65223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b67387935773079727670307974617068677438736831222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a2246524545222c226e616d65223a225468652046524545222c227175616e74697479223a312c22756e69745f7072696365223a302c226c696e655f746f74616c223a302c22646973636f756e74223a302c226e6574223a307d5d2c22737562746f74616c223a302c22646973636f756e74223a302c22746f74616c223a302c22636f75706f6e223a6e756c6c7d7d', '80f6167ca98039a0863de56d5ce8d087a3d587a2079d64bbaae5862be6c442bc', 1773294000000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkgb7dm0tmtxdshhd3vbmzyp', '01kkgb7dm0p4knqhrcayfd5njb', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b676237646d30746d747864736868643376626d7a7970222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b676237646d3070346b6e7168726361796664356e6a62222c2274696d65223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b676237646d3070346b6e7168726361796664356e6a62222c22757365725f6964223a2230316b6b667a733677306e6e6d6b6d6379306731716d36347973222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225457494e2d31222c226e616d65223a22546865205457494e2d31222c227175616e74697479223a312c22756e69745f7072696365223a3830302c226c696e655f746f74616c223a3830302c22646973636f756e74223a38302c226e6574223a3732307d2c7b22736b75223a225457494e2d32222c226e616d65223a22546865205457494e2d32222c227175616e74697479223a322c22756e69745f7072696365223a3930302c226c696e655f746f74616c223a313830302c22646973636f756e74223a3138302c226e6574223a313632307d5d2c22737562746f74616c223a323630302c22646973636f756e74223a3236302c22746f74616c223a323334302c22636f75706f6e223a2257454c434f4d453130227d7d', '5a8a25672383ffa940d6b1b8a0b818efb5791326eae779560fdb27db813bd26a', 1773296400000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkr2djm0g79jxn4p63pp4trr', '01kkr2djm0g79jxn4p6176nbrm', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7232646a6d306737396a786e34703633707034747272222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b7232646a6d306737396a786e3470363137366e62726d222c2274696d65223a22323032362d30332d31355430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7232646a6d306737396a786e3470363137366e62726d222c22757365725f6964223a2230316b6b7232646a6d303372667639377464317a657274713166222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31355430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a22544541222c226e616d65223a22546561222c227175616e74697479223a322c22756e69745f7072696365223a323530302c226c696e655f746f74616c223a353030302c22646973636f756e74223a3735302c226e6574223a343235307d2c7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a3136352c226e6574223a3933357d5d2c22737562746f74616c223a363130302c22646973636f756e74223a3931352c22746f74616c223a353138352c22636f75706f6e223a22494d504f52544544227d7d', 'b5297af1a0caf60531dca3e6a0336369bcde2881aabec0a6447cc54dc012b014', 1773555600000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kktnsdq0tw3jkk60e0992hd4', '01kktnsdq0tw3jkk60dtpysh44', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b746e736471307477336a6b6b36306530393932686434222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b746e736471307477336a6b6b36306474707973683434222c2274696d65223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b746e736471307477336a6b6b36306474707973683434222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', 'ade471bb45e2911f8ef5a8b0e19863c10fcc5a38b6da3ae7053c08666cc50918', 1773643020000000, 'pending', 1, 0, 1773643037589574, NULL, NULL, NULL, NULL, 'connection refused');
INSERT INTO public.outbox VALUES ('01kktnsdq0tw3jkk60e1xr0zas', '01kktnsdq0tw3jkk60e14q8gc0', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b746e736471307477336a6b6b363065317872307a6173222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b746e736471307477336a6b6b36306531347138676330222c2274696d65223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b746e736471307477336a6b6b36306531347138676330222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', '2036a01cb4f835eebb45bcd2652b4bcdc3db5413b3b4c708a6ffe89b6ee8098c', 1773643020000000, 'pending', 1, 0, 1773643037589574, NULL, NULL, NULL, NULL, 'connection refused');
INSERT INTO public.outbox VALUES ('01kktnsdq0tw3jkk60e59c1nh8', '01kktnsdq0tw3jkk60e2zc5yr8', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b746e736471307477336a6b6b363065353963316e6838222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b746e736471307477336a6b6b363065327a6335797238222c2274696d65223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b746e736471307477336a6b6b363065327a6335797238222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', 'c3a965e4bad8f7baf8f42f9f489ae2acf784f1bccd4abb26b8a1bbbb559cec51', 1773643020000000, 'leased', 2, 1, 1773643025236485, 'a-relay-that-died', 1795953326429397, 1795953356429402, NULL, 'connection refused');
INSERT INTO public.outbox VALUES ('01kktnsdq0x0fe2jg55mxf0mww', '01kktnsdq0x0fe2jg55kxrx73j', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b746e7364713078306665326a6735356d7866306d7777222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b746e7364713078306665326a6735356b78727837336a222c2274696d65223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b746e7364713078306665326a6735356b78727837336a222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', '1abb888c251d26dcce72c0675e4cc1fc43bbd040e61f50046ffb837ed1d35cfa', 1773643020000000, 'dead', 0, 0, 0, NULL, NULL, NULL, 1773643020000000, 'discarded: never mind');
INSERT INTO public.outbox VALUES ('01kktp2jp0s8k5wvkx2g5ywmzs', '01kktp2jp0s8k5wvkx2fcstn4p', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7470326a703073386b3577766b7832673579776d7a73222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b7470326a703073386b3577766b7832666373746e3470222c2274696d65223a22323032362d30332d31365430363a34323a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7470326a703073386b3577766b7832666373746e3470222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a34323a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a322c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a393630302c22646973636f756e74223a302c226e6574223a393630307d2c7b22736b75223a22424147454c222c226e616d65223a2254686520424147454c222c227175616e74697479223a312c22756e69745f7072696365223a333330302c226c696e655f746f74616c223a333330302c22646973636f756e74223a302c226e6574223a333330307d5d2c22737562746f74616c223a31323930302c22646973636f756e74223a302c22746f74616c223a31323930302c22636f75706f6e223a6e756c6c7d7d', 'ea94f7272f7241b55b8158fb1ce214e5ca530f2262a8cdfcfb4bd907c19de376', 1773643320000000, 'pending', 0, 0, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.outbox VALUES ('01kktp2jp0t64azn3q2nyhty59', '01kktp2jp0s8k5wvkx2fcstn4p', 2, 'shop.order.refunded', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7470326a7030743634617a6e3371326e796874793539222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e726566756e646564222c227375626a656374223a2230316b6b7470326a703073386b3577766b7832666373746e3470222c2274696d65223a22323032362d30332d31365430363a34323a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2232222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7470326a703073386b3577766b7832666373746e3470222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a34323a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a322c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a393630302c22646973636f756e74223a302c226e6574223a393630307d2c7b22736b75223a22424147454c222c226e616d65223a2254686520424147454c222c227175616e74697479223a312c22756e69745f7072696365223a333330302c226c696e655f746f74616c223a333330302c22646973636f756e74223a302c226e6574223a333330307d5d2c22737562746f74616c223a31323930302c22646973636f756e74223a302c22746f74616c223a31323930302c22636f75706f6e223a6e756c6c2c22726566756e6465645f6c696e6573223a5b7b22736b75223a224c41545445222c227175616e74697479223a312c22726566756e646564223a343830302c22726573746f636b6564223a317d5d2c22726566756e646564223a343830302c22726566756e6465645f6174223a22323032362d30332d31365430363a34323a30302e3030303030305a222c22726561736f6e223a22636f6c64227d7d', '3754f1bbb225d63550a8d41569dbfdf0c83bd1f8d5a91b568ecb7b6c7d43f0a7', 1773643320000000, 'pending', 0, 0, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.outbox VALUES ('01kktp2jp0t64azn3q2sr02479', '01kktp2jp0s8k5wvkx2fcstn4p', 3, 'shop.order.refunded', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7470326a7030743634617a6e33713273723032343739222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e726566756e646564222c227375626a656374223a2230316b6b7470326a703073386b3577766b7832666373746e3470222c2274696d65223a22323032362d30332d31365430363a34323a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2233222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7470326a703073386b3577766b7832666373746e3470222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a34323a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a322c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a393630302c22646973636f756e74223a302c226e6574223a393630307d2c7b22736b75223a22424147454c222c226e616d65223a2254686520424147454c222c227175616e74697479223a312c22756e69745f7072696365223a333330302c226c696e655f746f74616c223a333330302c22646973636f756e74223a302c226e6574223a333330307d5d2c22737562746f74616c223a31323930302c22646973636f756e74223a302c22746f74616c223a31323930302c22636f75706f6e223a6e756c6c2c22726566756e6465645f6c696e6573223a5b7b22736b75223a22424147454c222c227175616e74697479223a312c22726566756e646564223a333330302c22726573746f636b6564223a307d5d2c22726566756e646564223a333330302c22726566756e6465645f6174223a22323032362d30332d31365430363a34323a30302e3030303030305a222c22726561736f6e223a226e657665722063616d65227d7d', '4b91369bb156e112deef1c57d606142c6398ac7d32eb368d6b571a893ea9bb5e', 1773643320000000, 'pending', 0, 0, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.outbox VALUES ('01kktsgea0wr2nh1n1e31z54gq', '01kktsgea0wr2nh1n1e1m7kj1e', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7473676561307772326e68316e316533317a35346771222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677306661316638707138663965656672626d222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b7473676561307772326e68316e3165316d376b6a3165222c2274696d65223a22323032362d30332d31365430373a34323a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7473676561307772326e68316e3165316d376b6a3165222c22757365725f6964223a2230316b6b667a7336773063386a326274646b34386a7634316e6a222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430373a34323a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', '6b5fcd1afd229d9578191c631ec4091648e41a9187229adc81b5337ed769725d', 1773646920000000, 'pending', 0, 0, 0, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: outbox_totals; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox_totals VALUES (2, 11);


--
-- Data for Name: platform_endpoint; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_endpoint VALUES ('http://127.0.0.1:34489/', 'open', 7, 1773643037589574, 1773643020000000, 'connection refused');


--
-- Data for Name: product_codes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.product_codes VALUES ('04006381333931', 0, 'LATTE');
INSERT INTO public.product_codes VALUES ('00000096385074', 0, 'WATER');
INSERT INTO public.product_codes VALUES ('00012345678905', 0, 'BAGEL');
INSERT INTO public.product_codes VALUES ('08801234567893', 0, 'TWIN-1');
INSERT INTO public.product_codes VALUES ('lot 7/é', 0, 'TWIN-2');
INSERT INTO public.product_codes VALUES ('00400638133393', 0, 'QUOTED');
INSERT INTO public.product_codes VALUES ('00400638133394', 0, 'FORMULA');
INSERT INTO public.product_codes VALUES ('07612345678900', 0, '7612345678900');
INSERT INTO public.product_codes VALUES ('2-100', 0, 'SCANS-AS-SKU');


--
-- Data for Name: products; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.products VALUES ('TWIN-2', 'The TWIN-2', 900, 5, 3, 1, NULL, 'lot 7/é', NULL, 'twin-2
the twin-2
lot 7/é', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('BAGEL-2', 'The BAGEL-2', 3500, 12, 1, 1, 'Food', NULL, NULL, 'bagel-2
the bagel-2
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('바나나', 'The 바나나', 1200, 30, 3, 1, '과일', NULL, NULL, '바나나
the 바나나
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('QUOTED', 'The QUOTED', 700, 5, 1, 1, NULL, '0400638133393', NULL, 'quoted
the quoted
0400638133393', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('FORMULA', 'The FORMULA', 700, 5, 1, 1, NULL, '0400638133394', NULL, 'formula
the formula
0400638133394', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('ROUNDED', 'The ROUNDED', 700, 5, 1, 1, NULL, NULL, NULL, 'rounded
the rounded
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('7612345678900', 'The 7612345678900', 2000, 3, 1, 1, NULL, NULL, NULL, '7612345678900
the 7612345678900
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('SCANS-AS-SKU', 'The SCANS-AS-SKU', 2100, 3, 1, 1, NULL, '2-100', NULL, 'scans-as-sku
the scans-as-sku
2-100', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('TEA', 'Tea', 2500, 8, 2, 1, NULL, NULL, NULL, 'tea
tea
', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.products VALUES ('GONE', 'The GONE', 9900, 1, 1, 0, 'Old', NULL, NULL, 'gone
the gone
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('BAGEL', 'The BAGEL', 3300, 9, 5, 1, 'Food', '012345678905', NULL, 'bagel
the bagel
012345678905', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('FREE', 'The FREE', 0, 99, 2, 1, NULL, NULL, NULL, 'free
the free
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('TWIN-1', 'The TWIN-1', 800, 7, 4, 1, NULL, '8801234567893', NULL, 'twin-1
the twin-1
8801234567893', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('LATTE', 'Caffè latte', 4800, 38, 6, 1, 'Drinks', '4006381333931', 10, 'latte
caffè latte
4006381333931', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('WATER', 'Water', 1100, 112, 12, 1, 'Drinks', '96385074', NULL, 'water
water
96385074', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);


--
-- Data for Name: refund_lines; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.refund_lines VALUES ('01kktp2jp0s8k5wvkx2fcstn4p', 1, 'LATTE', 1, 4800, 1);
INSERT INTO public.refund_lines VALUES ('01kktp2jp0s8k5wvkx2fcstn4p', 2, 'BAGEL', 1, 3300, 0);


--
-- Data for Name: refunds; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.refunds VALUES ('01kktp2jp0s8k5wvkx2fcstn4p', 1, 'kim', 16, 4800, 0, 50858, 1773643320000000, 'refund-1', '7f11c9a00857325ab4f9750a9f4c433d', 1773643320000000, 'keeper', 'vm', 'api', 'cold');
INSERT INTO public.refunds VALUES ('01kktp2jp0s8k5wvkx2fcstn4p', 2, 'kim', 17, 3300, 1, 54158, 1773643320000000, '01kktp2jp0t64azn3q2s85hvh9', '7441ada4b68ee3742de9e580ccb71b2e', 1773643320000000, 'keeper', 'vm', 'api', 'never came');


--
-- Data for Name: relays; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: reversals; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reversals VALUES ('undo-1', 'e851f64ca572c84cd6f695411913b0af');
INSERT INTO public.reversals VALUES ('undo-2', '470dece15890e6c3027d9ea07b819ca3');
INSERT INTO public.reversals VALUES ('01kktp2jp0s8k5wvkx2ex84mt8', '4ed8ed2d48caf13bb5c86f1d17aedc48');


--
-- Data for Name: reversed_cash_moves; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reversed_cash_moves VALUES (3, 2, 'undo-1');


--
-- Data for Name: reversed_entries; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reversed_entries VALUES ('mina', 5, 4, 'undo-2');
INSERT INTO public.reversed_entries VALUES ('lee', 10, 9, '01kktp2jp0s8k5wvkx2ex84mt8');
INSERT INTO public.reversed_entries VALUES ('mina', 7, 6, '01kktp2jp0s8k5wvkx2ex84mt8');


--
-- Data for Name: sales_days; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sales_days VALUES (1773273600000000, 'FREE', 1, 0);
INSERT INTO public.sales_days VALUES (1773273600000000, 'BAGEL', 0, 0);
INSERT INTO public.sales_days VALUES (1773273600000000, 'LATTE', 1, 4800);
INSERT INTO public.sales_days VALUES (1773273600000000, 'TWIN-1', 0, 0);
INSERT INTO public.sales_days VALUES (1773273600000000, 'TWIN-2', 0, 0);
INSERT INTO public.sales_days VALUES (1773446400000000, 'WATER', 1, 1100);
INSERT INTO public.sales_days VALUES (1772496000000000, 'LATTE', 1, 42);
INSERT INTO public.sales_days VALUES (1773273600000000, 'WATER', 0, 0);
INSERT INTO public.sales_days VALUES (1773273600000000, '바나나', 0, 0);
INSERT INTO public.sales_days VALUES (1773532800000000, 'TEA', 2, 4250);
INSERT INTO public.sales_days VALUES (1773532800000000, 'WATER', 1, 935);
INSERT INTO public.sales_days VALUES (1767571200000000, 'TEA', 3, 5500);
INSERT INTO public.sales_days VALUES (1767657600000000, 'WATER', 1, 900);
INSERT INTO public.sales_days VALUES (1773619200000000, 'LATTE', 1, 4800);
INSERT INTO public.sales_days VALUES (1773619200000000, 'BAGEL', 0, 0);
INSERT INTO public.sales_days VALUES (1773619200000000, 'WATER', 5, 5500);


--
-- Data for Name: sales_hours; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sales_hours VALUES (1773291600000000, 'FREE', 1, 0, 1, 1, 0, 0, 0);
INSERT INTO public.sales_hours VALUES (1773291600000000, 'BAGEL', 0, 0, 1, 1, 3300, 330, 0);
INSERT INTO public.sales_hours VALUES (1773291600000000, 'LATTE', 0, 0, 1, 2, 9600, 960, 0);
INSERT INTO public.sales_hours VALUES (1773295200000000, 'BAGEL', 0, 0, 0, 0, 0, 0, 2970);
INSERT INTO public.sales_hours VALUES (1773295200000000, 'LATTE', 1, 4800, 1, 1, 4800, 0, 8640);
INSERT INTO public.sales_hours VALUES (1773295200000000, 'TWIN-1', 0, 0, 1, 1, 800, 80, 0);
INSERT INTO public.sales_hours VALUES (1773295200000000, 'TWIN-2', 0, 0, 1, 2, 1800, 180, 0);
INSERT INTO public.sales_hours VALUES (1773468000000000, 'TWIN-1', 0, 0, 0, 0, 0, 0, 720);
INSERT INTO public.sales_hours VALUES (1773468000000000, 'TWIN-2', 0, 0, 0, 0, 0, 0, 1620);
INSERT INTO public.sales_hours VALUES (1772506800000000, 'LATTE', 1, 42, 1, 1, 42, 0, 0);
INSERT INTO public.sales_hours VALUES (1773291600000000, 'WATER', 0, 0, 1, 3, 3000, 278, 0);
INSERT INTO public.sales_hours VALUES (1773291600000000, '바나나', 0, 0, 1, 2, 2400, 222, 0);
INSERT INTO public.sales_hours VALUES (1773468000000000, 'WATER', 1, 1100, 1, 1, 1100, 0, 2722);
INSERT INTO public.sales_hours VALUES (1773468000000000, '바나나', 0, 0, 0, 0, 0, 0, 2178);
INSERT INTO public.sales_hours VALUES (1773554400000000, 'TEA', 2, 4250, 1, 2, 5000, 750, 0);
INSERT INTO public.sales_hours VALUES (1773554400000000, 'WATER', 1, 935, 1, 1, 1100, 165, 0);
INSERT INTO public.sales_hours VALUES (1767571200000000, 'TEA', 3, 5500, 1, 3, 6000, 500, 0);
INSERT INTO public.sales_hours VALUES (1767708000000000, 'WATER', 1, 900, 1, 1, 900, 0, 0);
INSERT INTO public.sales_hours VALUES (1773640800000000, 'WATER', 4, 4400, 4, 4, 4400, 0, 0);
INSERT INTO public.sales_hours VALUES (1773640800000000, 'LATTE', 1, 4800, 1, 2, 9600, 0, 4800);
INSERT INTO public.sales_hours VALUES (1773640800000000, 'BAGEL', 0, 0, 1, 1, 3300, 0, 3300);
INSERT INTO public.sales_hours VALUES (1773644400000000, 'WATER', 1, 1100, 1, 1, 1100, 0, 0);


--
-- Data for Name: shop; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.shop VALUES (1, '01kkfzs6w0fa1f8pq8f9eefrbm', 'KRW', 0, 'Asia/Seoul', 1773284400000000, 3600);


--
-- Data for Name: shop_copy; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.shop_copy VALUES (1, '01kkfzs6w0fa1f8pq8f9eefrbm', NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: shop_settings; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.shop_settings VALUES ('cancel_within', '48h');


--
-- Data for Name: stock_movements; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.stock_movements VALUES ('LATTE', 1, 'initial', 40, 40, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 1, 'initial', 90, 90, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('BAGEL', 1, 'initial', 12, 12, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('BAGEL-2', 1, 'initial', 12, 12, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('TWIN-1', 1, 'initial', 5, 5, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('TWIN-2', 1, 'initial', 5, 5, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('QUOTED', 1, 'initial', 5, 5, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('FORMULA', 1, 'initial', 5, 5, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('ROUNDED', 1, 'initial', 5, 5, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('7612345678900', 1, 'initial', 3, 3, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('SCANS-AS-SKU', 1, 'initial', 3, 3, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('FREE', 1, 'initial', 100, 100, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('GONE', 1, 'initial', 1, 1, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('바나나', 1, 'initial', 30, 30, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 2, 'restock', 24, 114, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'delivery');
INSERT INTO public.stock_movements VALUES ('BAGEL', 2, 'adjustment', -2, 10, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'dropped');
INSERT INTO public.stock_movements VALUES ('TWIN-1', 2, 'adjustment', 2, 7, NULL, NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'counted');
INSERT INTO public.stock_movements VALUES ('BAGEL', 3, 'sale', -1, 9, '01kkg6my404bmv8efsrqtesv8b', NULL, 1773291600000000, 1773291600000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('LATTE', 2, 'sale', -2, 38, '01kkg6my404bmv8efsrqtesv8b', NULL, 1773291600000000, 1773291600000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 3, 'sale', -3, 111, '01kkg8y5w04z9ryzvdqyc4nvpf', NULL, 1773294000000000, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('바나나', 2, 'sale', -2, 28, '01kkg8y5w04z9ryzvdqyc4nvpf', NULL, 1773294000000000, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('FREE', 2, 'sale', -1, 99, '01kkg8y5w0yrvp0ytaphgt8sh1', NULL, 1773294000000000, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('TWIN-1', 3, 'sale', -1, 6, '01kkgb7dm0p4knqhrcayfd5njb', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('TWIN-2', 2, 'sale', -2, 3, '01kkgb7dm0p4knqhrcayfd5njb', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('LATTE', 3, 'sale', -1, 37, '01kkgb7dm0tmtxdshhd3vtcv3f', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('BAGEL', 4, 'return', 1, 10, '01kkg6my404bmv8efsrqtesv8b', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', 'wrong cup');
INSERT INTO public.stock_movements VALUES ('LATTE', 4, 'return', 2, 39, '01kkg6my404bmv8efsrqtesv8b', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', 'wrong cup');
INSERT INTO public.stock_movements VALUES ('TWIN-1', 4, 'return', 1, 7, '01kkgb7dm0p4knqhrcayfd5njb', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'too late, all the same');
INSERT INTO public.stock_movements VALUES ('TWIN-2', 3, 'return', 2, 5, '01kkgb7dm0p4knqhrcayfd5njb', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'too late, all the same');
INSERT INTO public.stock_movements VALUES ('WATER', 4, 'sale', -1, 110, '01kkng0vm0vxmfwf9p6wh7r2me', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 5, 'return', 3, 113, '01kkg8y5w04z9ryzvdqyc4nvpf', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'complained');
INSERT INTO public.stock_movements VALUES ('바나나', 3, 'return', 2, 30, '01kkg8y5w04z9ryzvdqyc4nvpf', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'complained');
INSERT INTO public.stock_movements VALUES ('TEA', 1, 'import', 10, 10, NULL, 'B-1', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 6, 'import', 5, 118, NULL, 'B-1', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.stock_movements VALUES ('TEA', 2, 'sale', -2, 8, '01kkr2djm0g79jxn4p6176nbrm', NULL, 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 7, 'sale', -1, 117, '01kkr2djm0g79jxn4p6176nbrm', NULL, 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 8, 'sale', -1, 116, '01kktnsdq0tw3jkk60dtpysh44', NULL, 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 9, 'sale', -1, 115, '01kktnsdq0tw3jkk60e14q8gc0', NULL, 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 10, 'sale', -1, 114, '01kktnsdq0tw3jkk60e2zc5yr8', NULL, 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 11, 'sale', -1, 113, '01kktnsdq0x0fe2jg55kxrx73j', NULL, 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('BAGEL', 5, 'sale', -1, 9, '01kktp2jp0s8k5wvkx2fcstn4p', NULL, 1773643320000000, 1773643320000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('LATTE', 5, 'sale', -2, 37, '01kktp2jp0s8k5wvkx2fcstn4p', NULL, 1773643320000000, 1773643320000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('LATTE', 6, 'return', 1, 38, '01kktp2jp0s8k5wvkx2fcstn4p', NULL, 1773643320000000, 1773643320000000, 'keeper', 'vm', 'api', 'cold');
INSERT INTO public.stock_movements VALUES ('WATER', 12, 'sale', -1, 112, '01kktsgea0wr2nh1n1e1m7kj1e', NULL, 1773646920000000, 1773646920000000, 'keeper', 'vm', 'api', NULL);


--
-- Data for Name: transfers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.transfers VALUES ('kim', 14, 'lee', 8);
INSERT INTO public.transfers VALUES ('lee', 9, 'mina', 6);


--
-- Data for Name: user_coupons; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.user_coupons VALUES ('FIVER', 1, 3, 'kim', 1773284400000000, 1775876400000000, NULL, NULL, '01kkfzs6w0ykyq3n255dk16sgc', '8063de4a5bd481a4882a146f0c897a91', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('WELCOME10', 2, 100, 'lee', 1773284400000000, NULL, NULL, NULL, 'claim-1', 'ff5ca64edf7306ca8e914e93e0a01fc5', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('FIVER', 3, 3, 'Ångström', 1773284400000000, 1775876400000000, NULL, NULL, '01kkfzs6w0ykyq3n255gh7kygr', '5eb40312b6a7b4207587a654c859c3ff', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('LAST', 1, 1, 'kim', 1773284400000000, 1773288000000000, NULL, NULL, '01kkfzs6w0ykyq3n255gqdvwhw', '8475da029da45902ed8695b7e84c1cdc', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('OFF', 1, 10, 'kim', 1773284400000000, NULL, NULL, NULL, '01kkfzs6w0ykyq3n255jkn5xw1', 'e1e0f5f46d84d5d15df4813f0f7fff76', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('WELCOME10', 1, 100, 'kim', 1773284400000000, NULL, NULL, NULL, 'claim-0', '91c1164ea4bcd2828b6e1fcfe59450da', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('WELCOME10', 3, 100, 'Ångström', 1773284400000000, NULL, NULL, NULL, 'claim-2', '36939044e9980bb3a5ad1d712f7331e7', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('FIVER', 2, 3, 'lee', 1773284400000000, 1775876400000000, NULL, NULL, '01kkfzs6w0ykyq3n255f3f3520', '09efda39aa467cef0dcfebbf69bd6665', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('IMPORTED', 1, 20, 'mina', 1773555600000000, NULL, '01kkr2djm0g79jxn4p6176nbrm', 1773555600000000, 'l1', '0b97fd5ad8028d35573500b6579b0d75', 1773555600000000, 'keeper', 'vm', 'import', NULL);


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.users VALUES ('lee', '01kkfzs6w0c8j2btdk4bx1xm5g', 'Lee <b>Junho</b>', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('Ångström', '01kkfzs6w0nnmkmcy0g1qm64ys', '=1+1', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('blocked', '01kkfzs6w0nnmkmcy0g3w0cydm', 'Somebody blocked', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('left', '01kkfzs6w0nnmkmcy0g5bab7nq', NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('empty', '01kkfzs6w0nnmkmcy0g8fygb1y', NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('forgotten', '01kkfzs6w0nnmkmcy0g5f6shdf', NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('mina', '01kkr2djm03rfv97td1zertq1f', 'Mina', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.users VALUES ('kim', '01kkfzs6w0c8j2btdk48jv41nj', '김민지', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);


--
-- Name: cash_moves_number_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.cash_moves_number_seq', 1, false);


--
-- Name: closes_number_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.closes_number_seq', 1, false);


--
-- Name: outbox_totals_shard_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.outbox_totals_shard_seq', 1, false);


--
-- Name: shop_copy_singleton_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.shop_copy_singleton_seq', 1, false);


--
-- Name: shop_singleton_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.shop_singleton_seq', 1, false);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: admin_changes pk_admin_changes; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.admin_changes
    ADD CONSTRAINT pk_admin_changes PRIMARY KEY (change_id);


--
-- Name: balance_entries pk_balance_entries; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.balance_entries
    ADD CONSTRAINT pk_balance_entries PRIMARY KEY (username, sequence);


--
-- Name: balances pk_balances; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.balances
    ADD CONSTRAINT pk_balances PRIMARY KEY (username);


--
-- Name: cancellations pk_cancellations; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cancellations
    ADD CONSTRAINT pk_cancellations PRIMARY KEY (order_id);


--
-- Name: cash_moves pk_cash_moves; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cash_moves
    ADD CONSTRAINT pk_cash_moves PRIMARY KEY (number);


--
-- Name: close_marks pk_close_marks; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.close_marks
    ADD CONSTRAINT pk_close_marks PRIMARY KEY (username, sequence);


--
-- Name: closes pk_closes; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.closes
    ADD CONSTRAINT pk_closes PRIMARY KEY (number);


--
-- Name: coupons pk_coupons; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.coupons
    ADD CONSTRAINT pk_coupons PRIMARY KEY (code);


--
-- Name: delivery_attempts pk_delivery_attempts; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_attempts
    ADD CONSTRAINT pk_delivery_attempts PRIMARY KEY (event_id, attempt_number);


--
-- Name: order_lines pk_order_lines; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT pk_order_lines PRIMARY KEY (order_id, sku);


--
-- Name: orders pk_orders; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT pk_orders PRIMARY KEY (order_id);


--
-- Name: outbox pk_outbox; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (event_id);


--
-- Name: outbox_totals pk_outbox_totals; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox_totals
    ADD CONSTRAINT pk_outbox_totals PRIMARY KEY (shard);


--
-- Name: platform_endpoint pk_platform_endpoint; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_endpoint
    ADD CONSTRAINT pk_platform_endpoint PRIMARY KEY (url);


--
-- Name: product_codes pk_product_codes; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.product_codes
    ADD CONSTRAINT pk_product_codes PRIMARY KEY (code, place);


--
-- Name: products pk_products; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.products
    ADD CONSTRAINT pk_products PRIMARY KEY (sku);


--
-- Name: refund_lines pk_refund_lines; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refund_lines
    ADD CONSTRAINT pk_refund_lines PRIMARY KEY (order_id, number, sku);


--
-- Name: refunds pk_refunds; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT pk_refunds PRIMARY KEY (order_id, number);


--
-- Name: relays pk_relays; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.relays
    ADD CONSTRAINT pk_relays PRIMARY KEY (relay_id);


--
-- Name: reversals pk_reversals; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversals
    ADD CONSTRAINT pk_reversals PRIMARY KEY (key);


--
-- Name: reversed_cash_moves pk_reversed_cash_moves; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_cash_moves
    ADD CONSTRAINT pk_reversed_cash_moves PRIMARY KEY (number);


--
-- Name: reversed_entries pk_reversed_entries; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_entries
    ADD CONSTRAINT pk_reversed_entries PRIMARY KEY (username, sequence);


--
-- Name: sales_days pk_sales_days; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sales_days
    ADD CONSTRAINT pk_sales_days PRIMARY KEY (bucket_start_at, sku);


--
-- Name: sales_hours pk_sales_hours; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sales_hours
    ADD CONSTRAINT pk_sales_hours PRIMARY KEY (bucket_start_at, sku);


--
-- Name: shop pk_shop; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shop
    ADD CONSTRAINT pk_shop PRIMARY KEY (singleton);


--
-- Name: shop_copy pk_shop_copy; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shop_copy
    ADD CONSTRAINT pk_shop_copy PRIMARY KEY (singleton);


--
-- Name: shop_settings pk_shop_settings; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shop_settings
    ADD CONSTRAINT pk_shop_settings PRIMARY KEY (name);


--
-- Name: stock_movements pk_stock_movements; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stock_movements
    ADD CONSTRAINT pk_stock_movements PRIMARY KEY (sku, sequence);


--
-- Name: transfers pk_transfers; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT pk_transfers PRIMARY KEY (username, sequence);


--
-- Name: user_coupons pk_user_coupons; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_coupons
    ADD CONSTRAINT pk_user_coupons PRIMARY KEY (code, number);


--
-- Name: users pk_users; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT pk_users PRIMARY KEY (username);


--
-- Name: cancellations uq_cancellations_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cancellations
    ADD CONSTRAINT uq_cancellations_key UNIQUE (key);


--
-- Name: cash_moves uq_cash_moves_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cash_moves
    ADD CONSTRAINT uq_cash_moves_key UNIQUE (key);


--
-- Name: close_marks uq_close_marks_number_username; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.close_marks
    ADD CONSTRAINT uq_close_marks_number_username UNIQUE (number, username);


--
-- Name: closes uq_closes_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.closes
    ADD CONSTRAINT uq_closes_key UNIQUE (key);


--
-- Name: order_lines uq_order_lines_position; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT uq_order_lines_position UNIQUE (order_id, "position");


--
-- Name: orders uq_orders_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT uq_orders_key UNIQUE (key);


--
-- Name: outbox uq_outbox_order_id_sequence; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_order_id_sequence UNIQUE (order_id, sequence);


--
-- Name: refunds uq_refunds_entry; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT uq_refunds_entry UNIQUE (username, entry_sequence);


--
-- Name: refunds uq_refunds_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT uq_refunds_key UNIQUE (key);


--
-- Name: reversed_cash_moves uq_reversed_cash_moves_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_cash_moves
    ADD CONSTRAINT uq_reversed_cash_moves_key UNIQUE (key);


--
-- Name: reversed_cash_moves uq_reversed_cash_moves_once; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_cash_moves
    ADD CONSTRAINT uq_reversed_cash_moves_once UNIQUE (reversed_number);


--
-- Name: reversed_entries uq_reversed_entries_key_username; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_entries
    ADD CONSTRAINT uq_reversed_entries_key_username UNIQUE (key, username);


--
-- Name: reversed_entries uq_reversed_entries_once; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_entries
    ADD CONSTRAINT uq_reversed_entries_once UNIQUE (username, reversed_sequence);


--
-- Name: transfers uq_transfers_to; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT uq_transfers_to UNIQUE (to_username, to_sequence);


--
-- Name: user_coupons uq_user_coupons_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_coupons
    ADD CONSTRAINT uq_user_coupons_key UNIQUE (key);


--
-- Name: user_coupons uq_user_coupons_order_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_coupons
    ADD CONSTRAINT uq_user_coupons_order_id UNIQUE (order_id);


--
-- Name: user_coupons uq_user_coupons_username_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_coupons
    ADD CONSTRAINT uq_user_coupons_username_code UNIQUE (username, code);


--
-- Name: users uq_users_user_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT uq_users_user_id UNIQUE (user_id);


--
-- Name: ix_admin_changes_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_admin_changes_at ON public.admin_changes USING btree (at, change_id);


--
-- Name: ix_admin_changes_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_admin_changes_subject ON public.admin_changes USING btree (subject_kind, subject, change_id);


--
-- Name: ix_balance_entries_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_balance_entries_at ON public.balance_entries USING btree (at) WHERE ((kind <> 'payment'::text) AND (kind <> 'refund'::text));


--
-- Name: ix_cancellations_cancelled_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_cancellations_cancelled_at ON public.cancellations USING btree (cancelled_at);


--
-- Name: ix_orders_placed_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_orders_placed_at ON public.orders USING btree (placed_at);


--
-- Name: ix_orders_username_placed_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_orders_username_placed_at ON public.orders USING btree (username, placed_at);


--
-- Name: ix_outbox_dead; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outbox_dead ON public.outbox USING btree (event_id) WHERE (state = 'dead'::text);


--
-- Name: ix_outbox_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outbox_waiting ON public.outbox USING btree (state, next_attempt_at, event_id, created_at) WHERE (state = ANY (ARRAY['pending'::text, 'leased'::text]));


--
-- Name: ix_refunds_refunded_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_refunds_refunded_at ON public.refunds USING btree (refunded_at);


--
-- Name: uq_balance_entries_kind_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_balance_entries_kind_key ON public.balance_entries USING btree (kind, key) WHERE (key IS NOT NULL);


--
-- Name: uq_balance_entries_order_id_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_balance_entries_order_id_kind ON public.balance_entries USING btree (order_id, kind) WHERE (kind = 'payment'::text);


--
-- Name: uq_stock_movements_batch_sku; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_stock_movements_batch_sku ON public.stock_movements USING btree (batch, sku) WHERE (batch IS NOT NULL);


--
-- Name: admin_changes tr_admin_changes_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_admin_changes_no_delete BEFORE DELETE ON public.admin_changes FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: admin_changes tr_admin_changes_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_admin_changes_no_truncate BEFORE TRUNCATE ON public.admin_changes FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: admin_changes tr_admin_changes_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_admin_changes_no_update BEFORE UPDATE ON public.admin_changes FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: balance_entries tr_balance_entries_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_balance_entries_no_delete BEFORE DELETE ON public.balance_entries FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: balance_entries tr_balance_entries_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_balance_entries_no_truncate BEFORE TRUNCATE ON public.balance_entries FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: balance_entries tr_balance_entries_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_balance_entries_no_update BEFORE UPDATE ON public.balance_entries FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: balances tr_balances_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_balances_no_delete BEFORE DELETE ON public.balances FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: balances tr_balances_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_balances_no_truncate BEFORE TRUNCATE ON public.balances FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: cancellations tr_cancellations_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_cancellations_no_delete BEFORE DELETE ON public.cancellations FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: cancellations tr_cancellations_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_cancellations_no_truncate BEFORE TRUNCATE ON public.cancellations FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: cancellations tr_cancellations_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_cancellations_no_update BEFORE UPDATE ON public.cancellations FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: cash_moves tr_cash_moves_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_cash_moves_no_delete BEFORE DELETE ON public.cash_moves FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: cash_moves tr_cash_moves_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_cash_moves_no_truncate BEFORE TRUNCATE ON public.cash_moves FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: cash_moves tr_cash_moves_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_cash_moves_no_update BEFORE UPDATE ON public.cash_moves FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: close_marks tr_close_marks_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_close_marks_no_delete BEFORE DELETE ON public.close_marks FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: close_marks tr_close_marks_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_close_marks_no_truncate BEFORE TRUNCATE ON public.close_marks FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: close_marks tr_close_marks_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_close_marks_no_update BEFORE UPDATE ON public.close_marks FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: closes tr_closes_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_closes_no_delete BEFORE DELETE ON public.closes FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: closes tr_closes_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_closes_no_truncate BEFORE TRUNCATE ON public.closes FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: closes tr_closes_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_closes_no_update BEFORE UPDATE ON public.closes FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: coupons tr_coupons_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_coupons_no_delete BEFORE DELETE ON public.coupons FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: coupons tr_coupons_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_coupons_no_truncate BEFORE TRUNCATE ON public.coupons FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: delivery_attempts tr_delivery_attempts_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_delivery_attempts_no_delete BEFORE DELETE ON public.delivery_attempts FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: delivery_attempts tr_delivery_attempts_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_delivery_attempts_no_truncate BEFORE TRUNCATE ON public.delivery_attempts FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: delivery_attempts tr_delivery_attempts_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_delivery_attempts_no_update BEFORE UPDATE ON public.delivery_attempts FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: order_lines tr_order_lines_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_order_lines_no_delete BEFORE DELETE ON public.order_lines FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: order_lines tr_order_lines_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_order_lines_no_truncate BEFORE TRUNCATE ON public.order_lines FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: order_lines tr_order_lines_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_order_lines_no_update BEFORE UPDATE ON public.order_lines FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: orders tr_orders_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_orders_no_delete BEFORE DELETE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: orders tr_orders_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_orders_no_truncate BEFORE TRUNCATE ON public.orders FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: orders tr_orders_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_orders_no_update BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: outbox tr_outbox_frozen; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_outbox_frozen AFTER UPDATE OF event_id, order_id, sequence, type, body_sha256, created_at, body ON public.outbox FOR EACH ROW WHEN (((new.event_id IS DISTINCT FROM old.event_id) OR (new.order_id IS DISTINCT FROM old.order_id) OR (new.sequence IS DISTINCT FROM old.sequence) OR (new.type IS DISTINCT FROM old.type) OR (new.body_sha256 IS DISTINCT FROM old.body_sha256) OR (new.created_at IS DISTINCT FROM old.created_at) OR ((new.body IS DISTINCT FROM old.body) AND (NOT ((new.state = 'delivered'::text) AND (length(new.body) = 0)))))) EXECUTE FUNCTION public.shop_refuse();


--
-- Name: outbox tr_outbox_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_outbox_no_delete BEFORE DELETE ON public.outbox FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: outbox tr_outbox_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_outbox_no_truncate BEFORE TRUNCATE ON public.outbox FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: products tr_products_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_products_no_delete BEFORE DELETE ON public.products FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: products tr_products_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_products_no_truncate BEFORE TRUNCATE ON public.products FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: refund_lines tr_refund_lines_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_refund_lines_no_delete BEFORE DELETE ON public.refund_lines FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: refund_lines tr_refund_lines_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_refund_lines_no_truncate BEFORE TRUNCATE ON public.refund_lines FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: refund_lines tr_refund_lines_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_refund_lines_no_update BEFORE UPDATE ON public.refund_lines FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: refunds tr_refunds_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_refunds_no_delete BEFORE DELETE ON public.refunds FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: refunds tr_refunds_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_refunds_no_truncate BEFORE TRUNCATE ON public.refunds FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: refunds tr_refunds_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_refunds_no_update BEFORE UPDATE ON public.refunds FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversals tr_reversals_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversals_no_delete BEFORE DELETE ON public.reversals FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversals tr_reversals_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversals_no_truncate BEFORE TRUNCATE ON public.reversals FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversals tr_reversals_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversals_no_update BEFORE UPDATE ON public.reversals FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversed_cash_moves tr_reversed_cash_moves_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversed_cash_moves_no_delete BEFORE DELETE ON public.reversed_cash_moves FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversed_cash_moves tr_reversed_cash_moves_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversed_cash_moves_no_truncate BEFORE TRUNCATE ON public.reversed_cash_moves FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversed_cash_moves tr_reversed_cash_moves_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversed_cash_moves_no_update BEFORE UPDATE ON public.reversed_cash_moves FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversed_entries tr_reversed_entries_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversed_entries_no_delete BEFORE DELETE ON public.reversed_entries FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversed_entries tr_reversed_entries_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversed_entries_no_truncate BEFORE TRUNCATE ON public.reversed_entries FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: reversed_entries tr_reversed_entries_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_reversed_entries_no_update BEFORE UPDATE ON public.reversed_entries FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: shop_copy tr_shop_copy_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_shop_copy_no_delete BEFORE DELETE ON public.shop_copy FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: shop_copy tr_shop_copy_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_shop_copy_no_truncate BEFORE TRUNCATE ON public.shop_copy FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: shop tr_shop_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_shop_no_delete BEFORE DELETE ON public.shop FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: shop tr_shop_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_shop_no_truncate BEFORE TRUNCATE ON public.shop FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: stock_movements tr_stock_movements_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_stock_movements_no_delete BEFORE DELETE ON public.stock_movements FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: stock_movements tr_stock_movements_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_stock_movements_no_truncate BEFORE TRUNCATE ON public.stock_movements FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: stock_movements tr_stock_movements_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_stock_movements_no_update BEFORE UPDATE ON public.stock_movements FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: transfers tr_transfers_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_transfers_no_delete BEFORE DELETE ON public.transfers FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: transfers tr_transfers_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_transfers_no_truncate BEFORE TRUNCATE ON public.transfers FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: transfers tr_transfers_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_transfers_no_update BEFORE UPDATE ON public.transfers FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: user_coupons tr_user_coupons_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_user_coupons_no_delete BEFORE DELETE ON public.user_coupons FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: user_coupons tr_user_coupons_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_user_coupons_no_truncate BEFORE TRUNCATE ON public.user_coupons FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: users tr_users_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_users_no_delete BEFORE DELETE ON public.users FOR EACH ROW EXECUTE FUNCTION public.shop_refuse();


--
-- Name: users tr_users_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tr_users_no_truncate BEFORE TRUNCATE ON public.users FOR EACH STATEMENT EXECUTE FUNCTION public.shop_refuse();


--
-- Name: balance_entries fk_balance_entries_order_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.balance_entries
    ADD CONSTRAINT fk_balance_entries_order_id FOREIGN KEY (order_id) REFERENCES public.orders(order_id);


--
-- Name: balance_entries fk_balance_entries_username; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.balance_entries
    ADD CONSTRAINT fk_balance_entries_username FOREIGN KEY (username) REFERENCES public.balances(username);


--
-- Name: balances fk_balances_username; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.balances
    ADD CONSTRAINT fk_balances_username FOREIGN KEY (username) REFERENCES public.users(username);


--
-- Name: cancellations fk_cancellations_order_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cancellations
    ADD CONSTRAINT fk_cancellations_order_id FOREIGN KEY (order_id) REFERENCES public.orders(order_id);


--
-- Name: close_marks fk_close_marks_entry; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.close_marks
    ADD CONSTRAINT fk_close_marks_entry FOREIGN KEY (username, sequence) REFERENCES public.balance_entries(username, sequence);


--
-- Name: close_marks fk_close_marks_number; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.close_marks
    ADD CONSTRAINT fk_close_marks_number FOREIGN KEY (number) REFERENCES public.closes(number);


--
-- Name: delivery_attempts fk_delivery_attempts_event_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_attempts
    ADD CONSTRAINT fk_delivery_attempts_event_id FOREIGN KEY (event_id) REFERENCES public.outbox(event_id);


--
-- Name: order_lines fk_order_lines_order_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT fk_order_lines_order_id FOREIGN KEY (order_id) REFERENCES public.orders(order_id);


--
-- Name: order_lines fk_order_lines_sku; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT fk_order_lines_sku FOREIGN KEY (sku) REFERENCES public.products(sku);


--
-- Name: orders fk_orders_coupon_code; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT fk_orders_coupon_code FOREIGN KEY (coupon_code) REFERENCES public.coupons(code);


--
-- Name: orders fk_orders_username; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT fk_orders_username FOREIGN KEY (username) REFERENCES public.users(username);


--
-- Name: outbox fk_outbox_order_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT fk_outbox_order_id FOREIGN KEY (order_id) REFERENCES public.orders(order_id);


--
-- Name: product_codes fk_product_codes_sku; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.product_codes
    ADD CONSTRAINT fk_product_codes_sku FOREIGN KEY (sku) REFERENCES public.products(sku);


--
-- Name: refund_lines fk_refund_lines_line; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refund_lines
    ADD CONSTRAINT fk_refund_lines_line FOREIGN KEY (order_id, sku) REFERENCES public.order_lines(order_id, sku);


--
-- Name: refund_lines fk_refund_lines_refund; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refund_lines
    ADD CONSTRAINT fk_refund_lines_refund FOREIGN KEY (order_id, number) REFERENCES public.refunds(order_id, number);


--
-- Name: refunds fk_refunds_entry; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT fk_refunds_entry FOREIGN KEY (username, entry_sequence) REFERENCES public.balance_entries(username, sequence);


--
-- Name: refunds fk_refunds_order_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT fk_refunds_order_id FOREIGN KEY (order_id) REFERENCES public.orders(order_id);


--
-- Name: reversed_cash_moves fk_reversed_cash_moves_key; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_cash_moves
    ADD CONSTRAINT fk_reversed_cash_moves_key FOREIGN KEY (key) REFERENCES public.reversals(key);


--
-- Name: reversed_cash_moves fk_reversed_cash_moves_number; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_cash_moves
    ADD CONSTRAINT fk_reversed_cash_moves_number FOREIGN KEY (number) REFERENCES public.cash_moves(number);


--
-- Name: reversed_cash_moves fk_reversed_cash_moves_reversed_number; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_cash_moves
    ADD CONSTRAINT fk_reversed_cash_moves_reversed_number FOREIGN KEY (reversed_number) REFERENCES public.cash_moves(number);


--
-- Name: reversed_entries fk_reversed_entries_entry; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_entries
    ADD CONSTRAINT fk_reversed_entries_entry FOREIGN KEY (username, sequence) REFERENCES public.balance_entries(username, sequence);


--
-- Name: reversed_entries fk_reversed_entries_key; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_entries
    ADD CONSTRAINT fk_reversed_entries_key FOREIGN KEY (key) REFERENCES public.reversals(key);


--
-- Name: reversed_entries fk_reversed_entries_reversed_entry; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reversed_entries
    ADD CONSTRAINT fk_reversed_entries_reversed_entry FOREIGN KEY (username, reversed_sequence) REFERENCES public.balance_entries(username, sequence);


--
-- Name: sales_days fk_sales_days_sku; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sales_days
    ADD CONSTRAINT fk_sales_days_sku FOREIGN KEY (sku) REFERENCES public.products(sku);


--
-- Name: sales_hours fk_sales_hours_sku; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sales_hours
    ADD CONSTRAINT fk_sales_hours_sku FOREIGN KEY (sku) REFERENCES public.products(sku);


--
-- Name: stock_movements fk_stock_movements_order_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stock_movements
    ADD CONSTRAINT fk_stock_movements_order_id FOREIGN KEY (order_id) REFERENCES public.orders(order_id);


--
-- Name: stock_movements fk_stock_movements_sku; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stock_movements
    ADD CONSTRAINT fk_stock_movements_sku FOREIGN KEY (sku) REFERENCES public.products(sku);


--
-- Name: transfers fk_transfers_entry; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT fk_transfers_entry FOREIGN KEY (username, sequence) REFERENCES public.balance_entries(username, sequence);


--
-- Name: transfers fk_transfers_to_entry; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT fk_transfers_to_entry FOREIGN KEY (to_username, to_sequence) REFERENCES public.balance_entries(username, sequence);


--
-- Name: user_coupons fk_user_coupons_code; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_coupons
    ADD CONSTRAINT fk_user_coupons_code FOREIGN KEY (code) REFERENCES public.coupons(code);


--
-- Name: user_coupons fk_user_coupons_order_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_coupons
    ADD CONSTRAINT fk_user_coupons_order_id FOREIGN KEY (order_id) REFERENCES public.orders(order_id);


--
-- Name: user_coupons fk_user_coupons_username; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_coupons
    ADD CONSTRAINT fk_user_coupons_username FOREIGN KEY (username) REFERENCES public.users(username);


--
-- PostgreSQL database dump complete
--


