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
-- Name: shop_place_order(text, text, bigint, bigint, text, bigint, bigint, text, text, bigint, text, text, bytea, text, text, text, text, text[], text[], bigint[], bigint[], bigint[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.shop_place_order(in_order_id text, in_username text, in_subtotal bigint, in_discount bigint, in_coupon text, in_placed_at bigint, in_recorded_at bigint, in_key text, in_fingerprint text, in_historical bigint, in_event_id text, in_event_type text, in_event_body bytea, in_event_sha256 text, in_actor text, in_host text, in_channel text, in_skus text[], in_names text[], in_quantities bigint[], in_prices bigint[], in_discounts bigint[]) RETURNS bigint
    LANGUAGE plpgsql
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
    INSERT INTO orders (order_id, username, subtotal_minor, discount_minor, total_minor,
                        coupon_code, balance_after_minor, placed_at, key, fingerprint, historical,
                        recorded_at, actor, host, channel)
    VALUES (in_order_id, in_username, in_subtotal, in_discount, in_total, in_coupon,
            balance_after, in_placed_at, in_key, in_fingerprint, in_historical,
            in_recorded_at, in_actor, in_host, in_channel);
    INSERT INTO order_lines (order_id, position, sku, name, quantity, unit_price_minor,
                             line_total_minor, discount_minor)
    SELECT in_order_id, position, sku, name, quantity, price, price * quantity, discount
    FROM unnest(in_skus, in_names, in_quantities, in_prices, in_discounts)
         WITH ORDINALITY AS line(sku, name, quantity, price, discount, position);
    INSERT INTO balance_entries (username, sequence, kind, amount_minor, balance_after_minor,
                                 order_id, at, recorded_at, actor, host, channel)
    VALUES (in_username, entry_number, 'payment', -in_total, balance_after, in_order_id,
            in_placed_at, in_recorded_at, in_actor, in_host, in_channel);
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
    INSERT INTO outbox (event_id, order_id, sequence, type, body, body_sha256, created_at, state,
                        attempt_count, next_attempt_at)
    VALUES (in_event_id, in_order_id, 1, in_event_type, in_event_body, in_event_sha256,
            in_recorded_at, 'pending', 0, 0);
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
            INSERT INTO stock_movements (sku, sequence, kind, quantity, stock_after, order_id, at,
                                         recorded_at, actor, host, channel)
            VALUES (wanted.sku, movement_number, 'sale', -wanted.quantity, stock_left, in_order_id,
                    in_placed_at, in_recorded_at, in_actor, in_host, in_channel);
        END LOOP;
    END IF;
    INSERT INTO sales_hours AS bucket (bucket_start_at, sku, units, revenue_minor)
    SELECT in_placed_at - MOD(in_placed_at, 3600000000), sku, quantity, price * quantity - discount
    FROM unnest(in_skus, in_quantities, in_prices, in_discounts)
         AS line(sku, quantity, price, discount)
    ORDER BY sku COLLATE "C"
    ON CONFLICT (bucket_start_at, sku) DO UPDATE
    SET units = bucket.units + excluded.units,
        revenue_minor = bucket.revenue_minor + excluded.revenue_minor;
    INSERT INTO sales_days AS bucket (bucket_start_at, sku, units, revenue_minor)
    SELECT in_placed_at - MOD(in_placed_at, 86400000000), sku, quantity, price * quantity - discount
    FROM unnest(in_skus, in_quantities, in_prices, in_discounts)
         AS line(sku, quantity, price, discount)
    ORDER BY sku COLLATE "C"
    ON CONFLICT (bucket_start_at, sku) DO UPDATE
    SET units = bucket.units + excluded.units,
        revenue_minor = bucket.revenue_minor + excluded.revenue_minor;
    RETURN balance_after;
END $$;


--
-- Name: shop_refuse(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.shop_refuse() RETURNS trigger
    LANGUAGE plpgsql
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
    CONSTRAINT ck_balance_entries_amount_minor CHECK (((amount_minor >= '-9007199254740991'::bigint) AND (amount_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_balance_entries_balance_after_minor CHECK (((balance_after_minor >= 0) AND (balance_after_minor <= '9007199254740991'::bigint))),
    CONSTRAINT ck_balance_entries_key CHECK (((key IS NULL) = (kind = ANY (ARRAY['payment'::text, 'refund'::text])))),
    CONSTRAINT ck_balance_entries_kind CHECK ((((kind = 'charge'::text) AND (amount_minor > 0)) OR ((kind = 'payment'::text) AND (amount_minor <= 0)) OR ((kind = 'refund'::text) AND (amount_minor >= 0)) OR ((kind = 'payout'::text) AND (amount_minor < 0)) OR ((kind = 'adjustment'::text) AND (amount_minor <> 0)))),
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
    CONSTRAINT ck_sales_hours_revenue_minor CHECK (((revenue_minor >= 0) AND (revenue_minor <= '9007199254740991'::bigint))),
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
    CONSTRAINT ck_shop_exponent CHECK (((exponent >= 0) AND (exponent <= 4))),
    CONSTRAINT ck_shop_singleton CHECK ((singleton = 1))
);


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
-- Name: outbox_totals shard; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox_totals ALTER COLUMN shard SET DEFAULT nextval('public.outbox_totals_shard_seq'::regclass);


--
-- Name: shop singleton; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shop ALTER COLUMN singleton SET DEFAULT nextval('public.shop_singleton_seq'::regclass);


--
-- Data for Name: admin_changes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.admin_changes VALUES ('01kkfzs6w0y3s0qejcqds76pnk', 'user', 'left', 'set', '{"state": "active"}', '{"state": "closed"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'moved away');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0y3s0qejcqg3brz19', 'user', 'blocked', 'set', '{"state": "active"}', '{"state": "blocked"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'owes a mug');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0y3s0qejcqjhm1xjt', 'user', 'forgotten', 'set', NULL, '{"name": "forgotten"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'asked for it');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0y3s0qejcqjpess4k', 'user', 'kim', 'set', NULL, '{"name": "set"}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0y3s0qejcqk5g5yf2', 'product', 'LATTE', 'set', '{"price_minor": 4500}', '{"price_minor": 4800}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'beans went up');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0y3s0qejcqmn75n27', 'product', 'LATTE', 'set', '{"name": "The LATTE", "low_stock": null}', '{"name": "Caffè latte", "low_stock": 10}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0y3s0qejcqq15a6z5', 'product', 'GONE', 'set', '{"on_sale": 1}', '{"on_sale": 0}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'nobody wanted it');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0yydbe6ax8aws6b9c', 'coupon', 'FIVER', 'set', '{"claim_limit": 3}', '{"claim_limit": 5}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'more of them');
INSERT INTO public.admin_changes VALUES ('01kkfzs6w0yydbe6ax8cqymt2p', 'coupon', 'OFF', 'set', '{"closes_at": 1774062000000000, "disabled": 0}', '{"closes_at": 1773543600000000, "disabled": 1}', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', 'a mistake');
INSERT INTO public.admin_changes VALUES ('01kkng0vm0rbaqagmjda4vkscz', 'user', 'lee', 'set', '{"state": "active"}', '{"state": "blocked"}', 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kkng0vm0rbaqagmjdbn1x926', 'user', 'lee', 'set', '{"state": "blocked"}', '{"state": "active"}', 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'paid for the mug');
INSERT INTO public.admin_changes VALUES ('01kkng0vm0rbaqagmjdbq87b0d', 'product', 'WATER', 'set', '{"price_minor": 1000}', '{"price_minor": 1100}', 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kkr2djm0tqeykrz90kqndbtp', 'user', 'kim', 'set', NULL, '{"name": "set"}', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.admin_changes VALUES ('01kkr2djm0tqeykrz90qcyk66f', 'product', 'WATER', 'set', '{"name": "The WATER"}', '{"name": "Water"}', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.admin_changes VALUES ('01kktnsdq0z9msrqb2nnxwhm7m', 'setting', 'platform.url', 'set', '{"value": null}', '{"value": "http://127.0.0.1:36651/"}', 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', 'the day begins');
INSERT INTO public.admin_changes VALUES ('01kktnsdq0z9msrqb2nth20xsp', 'setting', 'cancel_within', 'set', '{"value": "24h"}', '{"value": "48h"}', 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kktnsdq0z9msrqb2ny1k378w', 'outbox', 'delivered', 'prune', NULL, '{"count": 0}', 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.admin_changes VALUES ('01kktnsdq0z9msrqb2ppetg65v', 'outbox', '01kktnsdq0z9msrqb2pew1nfdy', 'discard', '{"state": "pending"}', '{"state": "dead"}', 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', 'never mind');
INSERT INTO public.admin_changes VALUES ('01kktp2jp086r8mna04e91zarp', 'setting', 'platform.url', 'unset', '{"value": "http://127.0.0.1:36651/"}', '{"value": null}', 1773643320000000, 1773643320000000, 'keeper', 'vm', 'api', 'the day is over');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0001');


--
-- Data for Name: balance_entries; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.balance_entries VALUES ('kim', 1, 'charge', 60000, 60000, NULL, 1773284400000000, 'start-0', 'b1fc46997797ee07a828dc31beea4460', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('lee', 1, 'charge', 61000, 61000, NULL, 1773284400000000, 'start-1', 'c024e0e8e0e152302408d5919655a884', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('Ångström', 1, 'charge', 62000, 62000, NULL, 1773284400000000, 'start-2', '3e570950ce82927b304f046feabd2e88', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('blocked', 1, 'charge', 63000, 63000, NULL, 1773284400000000, 'start-3', 'e2ba0ac7a2b58ac8e411806d9470f56e', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('left', 1, 'charge', 64000, 64000, NULL, 1773284400000000, 'start-4', '171d630dfca940cfc3306f08596b38f9', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('forgotten', 1, 'charge', 65000, 65000, NULL, 1773284400000000, 'start-5', '2d354d73be808e67262bf3b2266997db', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 2, 'charge', 5000, 65000, NULL, 1773284400000000, '01kkfzs6w0tyzhg0v4s29qt437', '0ce27fc5f70be50971b8faa363d7513f', 1773284400000000, 'keeper', 'vm', 'api', 'found in the drawer');
INSERT INTO public.balance_entries VALUES ('lee', 2, 'charge', 2500, 63500, NULL, 1769828400000000, 'late-1', 'fe9bbf23cc602bc371c8089c59f963fb', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 3, 'adjustment', -500, 64500, NULL, 1773284400000000, 'count-1', '6d42bf205bc5ca0efc5b7241cebbb96c', 1773284400000000, 'keeper', 'vm', 'api', 'counted again');
INSERT INTO public.balance_entries VALUES ('lee', 3, 'adjustment', 700, 64200, NULL, 1773284400000000, '01kkfzs6w0tyzhg0v4s3myyapy', 'c35958c1f2712b7c3d591a783b023506', 1773284400000000, 'keeper', 'vm', 'api', 'counted again');
INSERT INTO public.balance_entries VALUES ('lee', 4, 'payout', -1200, 63000, NULL, 1773284400000000, 'out-1', '30211e0757c18b58fdbb3faa938aaf6e', 1773284400000000, 'keeper', 'vm', 'api', 'asked for it');
INSERT INTO public.balance_entries VALUES ('left', 2, 'payout', -64000, 0, NULL, 1773284400000000, '01kkfzs6w0y3s0qejcqdm5dre8', 'f839d5077f4de11e0d49c1d876293f29', 1773284400000000, 'keeper', 'vm', 'api', 'moved away');
INSERT INTO public.balance_entries VALUES ('kim', 4, 'payment', -11610, 52890, '01kkg6my40phts730d2ynjb9dp', 1773291600000000, NULL, NULL, 1773291600000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('lee', 5, 'payment', -4900, 58100, '01kkg8y5w0s8cxaz89tag87xjn', 1773294000000000, NULL, NULL, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 5, 'payment', 0, 52890, '01kkg8y5w0s8cxaz89tev4z1m1', 1773294000000000, NULL, NULL, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('Ångström', 2, 'payment', -2340, 59660, '01kkgb7dm01kpc9gt6e91kqrg4', 1773296400000000, NULL, NULL, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('forgotten', 2, 'payment', -4800, 60200, '01kkgb7dm0vh4t01g402chrsg9', 1773296400000000, NULL, NULL, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 6, 'refund', 11610, 64500, '01kkg6my40phts730d2ynjb9dp', 1773296400000000, NULL, NULL, 1773296400000000, 'keeper', 'vm', 'api', 'wrong cup');
INSERT INTO public.balance_entries VALUES ('Ångström', 3, 'refund', 2340, 62000, '01kkgb7dm01kpc9gt6e91kqrg4', 1773469200000000, NULL, NULL, 1773469200000000, 'keeper', 'vm', 'api', 'too late, all the same');
INSERT INTO public.balance_entries VALUES ('lee', 6, 'payment', -1100, 57000, '01kkng0vm0rbaqagmjdbt8h063', 1773469200000000, NULL, NULL, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 7, 'payment', -42, 64458, '01kkng0vm0tybj56kt13krszmz', 1772506800000000, NULL, NULL, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('lee', 7, 'refund', 4900, 61900, '01kkg8y5w0s8cxaz89tag87xjn', 1773469200000000, NULL, NULL, 1773469200000000, 'keeper', 'vm', 'api', 'complained');
INSERT INTO public.balance_entries VALUES ('kim', 8, 'charge', 100, 64558, NULL, 1773555600000000, 'c2', '920f29f9a928618ce5d92a6ef7e5cd45', 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.balance_entries VALUES ('mina', 1, 'charge', 30000, 30000, NULL, 1769907600000000, 'c1', '1905074417eb85288b5481d30f487dcd', 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.balance_entries VALUES ('mina', 2, 'payment', -5185, 24815, '01kkr2djm0tqeykrz90ryxrp1d', 1773555600000000, NULL, NULL, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.balance_entries VALUES ('mina', 3, 'payment', -5500, 19315, '01kkr2djm0tqeykrz90v5kyq7r', 1767573000000000, NULL, NULL, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 9, 'payment', -900, 63658, '01kkr2djm0tqeykrz90z7ykpcw', 1767711599000000, NULL, NULL, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 10, 'payment', -1100, 62558, '01kktnsdq0z9msrqb2nyjyscb4', 1773643020000000, NULL, NULL, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 11, 'payment', -1100, 61458, '01kktnsdq0z9msrqb2p3zbj93x', 1773643020000000, NULL, NULL, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 12, 'payment', -1100, 60358, '01kktnsdq0z9msrqb2p88e4mbw', 1773643020000000, NULL, NULL, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.balance_entries VALUES ('kim', 13, 'payment', -1100, 59258, '01kktnsdq0z9msrqb2pebbyj02', 1773643020000000, NULL, NULL, 1773643020000000, 'keeper', 'vm', 'api', NULL);


--
-- Data for Name: balances; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.balances VALUES ('empty', 'active', 0, 0);
INSERT INTO public.balances VALUES ('left', 'closed', 0, 2);
INSERT INTO public.balances VALUES ('blocked', 'blocked', 63000, 1);
INSERT INTO public.balances VALUES ('forgotten', 'active', 60200, 2);
INSERT INTO public.balances VALUES ('Ångström', 'active', 62000, 3);
INSERT INTO public.balances VALUES ('lee', 'active', 61900, 7);
INSERT INTO public.balances VALUES ('mina', 'active', 19315, 3);
INSERT INTO public.balances VALUES ('kim', 'active', 59258, 13);


--
-- Data for Name: cancellations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cancellations VALUES ('01kkg6my40phts730d2ynjb9dp', 11610, 1, 64500, 1773296400000000, 'cancel-1', '0ab46b865602d6a84bf74ce9571c9a74', 1773296400000000, 'keeper', 'vm', 'api', 'wrong cup');
INSERT INTO public.cancellations VALUES ('01kkgb7dm01kpc9gt6e91kqrg4', 2340, 1, 62000, 1773469200000000, '01kkng0vm0rbaqagmjd43dn1bc', 'e18e6a86225951ccfbf8f4ee9adcc7cf', 1773469200000000, 'keeper', 'vm', 'api', 'too late, all the same');
INSERT INTO public.cancellations VALUES ('01kkg8y5w0s8cxaz89tag87xjn', 4900, 1, 61900, 1773469200000000, '01kkng0vm0tybj56kt16ncqbjq', 'df9379ad7f1080666f29ced79bc27766', 1773469200000000, 'keeper', 'vm', 'api', 'complained');


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

INSERT INTO public.delivery_attempts VALUES ('01kkg6my40zyt42afst8zctxb9', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 6348, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkg8y5w0ts8dtqhmt5127t1w', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 4814, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkgb7dm0vh4t01g405w77jz1', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 883, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkng0vm0tybj56kt10hnwt9x', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 838, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkg8y5w0s8cxaz89tczbnx2h', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 9363, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkng0vm0tybj56kt144hvdc0', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 1403, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkr2djm0tqeykrz90s0d6cfd', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 4557, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkgb7dm0fbxcn58wbgt45a0r', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 16416, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkgb7dm0vh4t01g4087336zz', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 647, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkng0vm0tybj56kt19pvaw4w', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 2165, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kkng0vm0rbaqagmjd6cr7yqa', 1, '01kktnsdq0z9msrqb2nsd89rqq', 1773643020000000, 491, 'delivered', 204, 'No Content', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kktnsdq0z9msrqb2p0njxjqa', 1, '01kktnsdq0z9msrqb2pf7v3923', 1773643020000000, 540, 'failed', NULL, 'connection refused', NULL);
INSERT INTO public.delivery_attempts VALUES ('01kktnsdq0z9msrqb2p6vp2cg8', 1, '01kktnsdq0z9msrqb2pf7v3923', 1773643020000000, 288, 'failed', NULL, 'connection refused', NULL);


--
-- Data for Name: order_lines; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.order_lines VALUES ('01kkg6my40phts730d2ynjb9dp', 1, 'LATTE', 'Caffè latte', 2, 4800, 9600, 960);
INSERT INTO public.order_lines VALUES ('01kkg6my40phts730d2ynjb9dp', 2, 'BAGEL', 'The BAGEL', 1, 3300, 3300, 330);
INSERT INTO public.order_lines VALUES ('01kkg8y5w0s8cxaz89tag87xjn', 1, 'WATER', 'The WATER', 3, 1000, 3000, 278);
INSERT INTO public.order_lines VALUES ('01kkg8y5w0s8cxaz89tag87xjn', 2, '바나나', 'The 바나나', 2, 1200, 2400, 222);
INSERT INTO public.order_lines VALUES ('01kkg8y5w0s8cxaz89tev4z1m1', 1, 'FREE', 'The FREE', 1, 0, 0, 0);
INSERT INTO public.order_lines VALUES ('01kkgb7dm01kpc9gt6e91kqrg4', 1, 'TWIN-1', 'The TWIN-1', 1, 800, 800, 80);
INSERT INTO public.order_lines VALUES ('01kkgb7dm01kpc9gt6e91kqrg4', 2, 'TWIN-2', 'The TWIN-2', 2, 900, 1800, 180);
INSERT INTO public.order_lines VALUES ('01kkgb7dm0vh4t01g402chrsg9', 1, 'LATTE', 'Caffè latte', 1, 4800, 4800, 0);
INSERT INTO public.order_lines VALUES ('01kkng0vm0rbaqagmjdbt8h063', 1, 'WATER', 'The WATER', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kkng0vm0tybj56kt13krszmz', 1, 'LATTE', 'Caffè latte', 1, 42, 42, 0);
INSERT INTO public.order_lines VALUES ('01kkr2djm0tqeykrz90ryxrp1d', 1, 'TEA', 'Tea', 2, 2500, 5000, 750);
INSERT INTO public.order_lines VALUES ('01kkr2djm0tqeykrz90ryxrp1d', 2, 'WATER', 'Water', 1, 1100, 1100, 165);
INSERT INTO public.order_lines VALUES ('01kkr2djm0tqeykrz90v5kyq7r', 1, 'TEA', 'Tea', 3, 2000, 6000, 500);
INSERT INTO public.order_lines VALUES ('01kkr2djm0tqeykrz90z7ykpcw', 1, 'WATER', 'Water', 1, 900, 900, 0);
INSERT INTO public.order_lines VALUES ('01kktnsdq0z9msrqb2nyjyscb4', 1, 'WATER', 'Water', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kktnsdq0z9msrqb2p3zbj93x', 1, 'WATER', 'Water', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kktnsdq0z9msrqb2p88e4mbw', 1, 'WATER', 'Water', 1, 1100, 1100, 0);
INSERT INTO public.order_lines VALUES ('01kktnsdq0z9msrqb2pebbyj02', 1, 'WATER', 'Water', 1, 1100, 1100, 0);


--
-- Data for Name: orders; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.orders VALUES ('01kkg6my40phts730d2ynjb9dp', 'kim', 12900, 1290, 11610, 'WELCOME10', 52890, 1773291600000000, 'till1-1', '7aea7ea2d426e35388e2ab3cd2abfc81', 0, 1773291600000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkg8y5w0s8cxaz89tag87xjn', 'lee', 5400, 500, 4900, 'FIVER', 58100, 1773294000000000, '01kkg8y5w0s8cxaz89tag87xjn', '104e19a9a78ad0509e1f77d375a601cb', 0, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkg8y5w0s8cxaz89tev4z1m1', 'kim', 0, 0, 0, NULL, 52890, 1773294000000000, 'nothing', '8eeca68d7cb8f0c1c948c975ab11a818', 0, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkgb7dm01kpc9gt6e91kqrg4', 'Ångström', 2600, 260, 2340, 'WELCOME10', 59660, 1773296400000000, '01kkgb7dm01kpc9gt6e91kqrg4', 'd102a3c3f429e775524da691b6cdaf09', 0, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkgb7dm0vh4t01g402chrsg9', 'forgotten', 4800, 0, 4800, NULL, 60200, 1773296400000000, '01kkgb7dm0vh4t01g402chrsg9', 'e09aa40a4b9be4179ded2d5925a43307', 0, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkng0vm0rbaqagmjdbt8h063', 'lee', 1100, 0, 1100, NULL, 57000, 1773469200000000, 'till1-2', 'd7856f6cc322f68d55a8d11e199f2b9d', 0, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkng0vm0tybj56kt13krszmz', 'kim', 42, 0, 42, NULL, 64458, 1772506800000000, '01kkng0vm0tybj56kt13krszmz', '44f62a5938db6d3644ee151d9447c934', 1, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kkr2djm0tqeykrz90ryxrp1d', 'mina', 6100, 915, 5185, 'IMPORTED', 24815, 1773555600000000, 'day-o1', 'af7142d5b0bacfec7c4155750678d35e', 0, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.orders VALUES ('01kkr2djm0tqeykrz90v5kyq7r', 'mina', 6000, 500, 5500, NULL, 19315, 1767573000000000, 'h1', '3a7ce0aa501bb7642c427e5f2a0c88ad', 1, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.orders VALUES ('01kkr2djm0tqeykrz90z7ykpcw', 'kim', 900, 0, 900, NULL, 63658, 1767711599000000, 'h2', '3d92e06e31547e2be1657c8f8291d8f4', 1, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.orders VALUES ('01kktnsdq0z9msrqb2nyjyscb4', 'kim', 1100, 0, 1100, NULL, 62558, 1773643020000000, 'unsent-0', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kktnsdq0z9msrqb2p3zbj93x', 'kim', 1100, 0, 1100, NULL, 61458, 1773643020000000, 'unsent-1', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kktnsdq0z9msrqb2p88e4mbw', 'kim', 1100, 0, 1100, NULL, 60358, 1773643020000000, 'unsent-2', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.orders VALUES ('01kktnsdq0z9msrqb2pebbyj02', 'kim', 1100, 0, 1100, NULL, 59258, 1773643020000000, 'unsent-3', '8b1feebb5d67ab0c296510f04d6441af', 0, 1773643020000000, 'keeper', 'vm', 'api', NULL);


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox VALUES ('01kkgb7dm0vh4t01g4087336zz', '01kkg6my40phts730d2ynjb9dp', 2, 'shop.order.cancelled', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b676237646d3076683474303167343038373333367a7a222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e63616e63656c6c6564222c227375626a656374223a2230316b6b67366d793430706874733733306432796e6a62396470222c2274696d65223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2232222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b67366d793430706874733733306432796e6a62396470222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2263616e63656c6c6564222c22706c616365645f6174223a22323032362d30332d31325430353a30303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a322c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a393630302c22646973636f756e74223a3936302c226e6574223a383634307d2c7b22736b75223a22424147454c222c226e616d65223a2254686520424147454c222c227175616e74697479223a312c22756e69745f7072696365223a333330302c226c696e655f746f74616c223a333330302c22646973636f756e74223a3333302c226e6574223a323937307d5d2c22737562746f74616c223a31323930302c22646973636f756e74223a313239302c22746f74616c223a31313631302c22636f75706f6e223a2257454c434f4d453130222c2263616e63656c6c65645f6174223a22323032362d30332d31325430363a32303a30302e3030303030305a222c22726561736f6e223a2277726f6e6720637570222c22726566756e646564223a31313631307d7d', 'de52f6793b76b692d1249ad4f8cde934bf8d958e0db622f9e156d1380afd76ef', 1773296400000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkng0vm0rbaqagmjd6cr7yqa', '01kkgb7dm01kpc9gt6e91kqrg4', 2, 'shop.order.cancelled', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6e6730766d307262617161676d6a6436637237797161222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e63616e63656c6c6564222c227375626a656374223a2230316b6b676237646d30316b7063396774366539316b71726734222c2274696d65223a22323032362d30332d31345430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2232222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b676237646d30316b7063396774366539316b71726734222c22757365725f6964223a2230316b6b667a7336773074797a686730763472727673786b7778222c227374617465223a2263616e63656c6c6564222c22706c616365645f6174223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225457494e2d31222c226e616d65223a22546865205457494e2d31222c227175616e74697479223a312c22756e69745f7072696365223a3830302c226c696e655f746f74616c223a3830302c22646973636f756e74223a38302c226e6574223a3732307d2c7b22736b75223a225457494e2d32222c226e616d65223a22546865205457494e2d32222c227175616e74697479223a322c22756e69745f7072696365223a3930302c226c696e655f746f74616c223a313830302c22646973636f756e74223a3138302c226e6574223a313632307d5d2c22737562746f74616c223a323630302c22646973636f756e74223a3236302c22746f74616c223a323334302c22636f75706f6e223a2257454c434f4d453130222c2263616e63656c6c65645f6174223a22323032362d30332d31345430363a32303a30302e3030303030305a222c22726561736f6e223a22746f6f206c6174652c20616c6c207468652073616d65222c22726566756e646564223a323334307d7d', '561629811ac734c86691570a86ca4d38024f7021f42ce0371e81d24f05b2b8e2', 1773469200000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkr2djm0tqeykrz90xvmyrya', '01kkr2djm0tqeykrz90v5kyq7r', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7232646a6d30747165796b727a393078766d79727961222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b7232646a6d30747165796b727a393076356b79713772222c2274696d65223a22323032362d30312d30355430303a33303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7232646a6d30747165796b727a393076356b79713772222c22757365725f6964223a2230316b6b7232646a6d30747165796b727a39306a73326d773668222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30312d30355430303a33303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a22544541222c226e616d65223a22546561222c227175616e74697479223a332c22756e69745f7072696365223a323030302c226c696e655f746f74616c223a363030302c22646973636f756e74223a3530302c226e6574223a353530307d5d2c22737562746f74616c223a363030302c22646973636f756e74223a3530302c22746f74616c223a353530302c22636f75706f6e223a6e756c6c7d7d', 'ea4b750a3672c4a729d812752888dd36d109bf2be4a69e04470e2f1ae830ce3d', 1773555600000000, 'skipped', 0, 0, 1773555600000000, NULL, NULL, NULL, 1773555600000000, 'skipped at import');
INSERT INTO public.outbox VALUES ('01kkr2djm0tqeykrz9118a4wrn', '01kkr2djm0tqeykrz90z7ykpcw', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7232646a6d30747165796b727a39313138613477726e222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b7232646a6d30747165796b727a39307a37796b706377222c2274696d65223a22323032362d30312d30365431343a35393a35392e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7232646a6d30747165796b727a39307a37796b706377222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30312d30365431343a35393a35392e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a3930302c226c696e655f746f74616c223a3930302c22646973636f756e74223a302c226e6574223a3930307d5d2c22737562746f74616c223a3930302c22646973636f756e74223a302c22746f74616c223a3930302c22636f75706f6e223a6e756c6c7d7d', '315c0a9e8a6d14ee1133f989a95291f14a53af3a02a0940ea87a03bbe7a98a11', 1773555600000000, 'skipped', 0, 0, 1773555600000000, NULL, NULL, NULL, 1773555600000000, 'skipped at import');
INSERT INTO public.outbox VALUES ('01kkg6my40zyt42afst8zctxb9', '01kkg6my40phts730d2ynjb9dp', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b67366d7934307a7974343261667374387a6374786239222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b67366d793430706874733733306432796e6a62396470222c2274696d65223a22323032362d30332d31325430353a30303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b67366d793430706874733733306432796e6a62396470222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430353a30303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a322c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a393630302c22646973636f756e74223a3936302c226e6574223a383634307d2c7b22736b75223a22424147454c222c226e616d65223a2254686520424147454c222c227175616e74697479223a312c22756e69745f7072696365223a333330302c226c696e655f746f74616c223a333330302c22646973636f756e74223a3333302c226e6574223a323937307d5d2c22737562746f74616c223a31323930302c22646973636f756e74223a313239302c22746f74616c223a31313631302c22636f75706f6e223a2257454c434f4d453130227d7d', 'cef3748544c5e9f8f1331087a333846670a7a8bcdb6e13ed199f10f8c3c60422', 1773291600000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkg8y5w0s8cxaz89tczbnx2h', '01kkg8y5w0s8cxaz89tag87xjn', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b67387935773073386378617a383974637a626e783268222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b67387935773073386378617a38397461673837786a6e222c2274696d65223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b67387935773073386378617a38397461673837786a6e222c22757365725f6964223a2230316b6b667a7336773074797a68673076347270673964307461222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a22546865205741544552222c227175616e74697479223a332c22756e69745f7072696365223a313030302c226c696e655f746f74616c223a333030302c22646973636f756e74223a3237382c226e6574223a323732327d2c7b22736b75223a22ebb094eb8298eb8298222c226e616d65223a2254686520ebb094eb8298eb8298222c227175616e74697479223a322c22756e69745f7072696365223a313230302c226c696e655f746f74616c223a323430302c22646973636f756e74223a3232322c226e6574223a323137387d5d2c22737562746f74616c223a353430302c22646973636f756e74223a3530302c22746f74616c223a343930302c22636f75706f6e223a224649564552227d7d', '4909b6cf321cde2cd1c269e7e601517444fd58dda3b3b6d907eb86fc62511da4', 1773294000000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkng0vm0tybj56kt19pvaw4w', '01kkg8y5w0s8cxaz89tag87xjn', 2, 'shop.order.cancelled', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6e6730766d307479626a35366b743139707661773477222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e63616e63656c6c6564222c227375626a656374223a2230316b6b67387935773073386378617a38397461673837786a6e222c2274696d65223a22323032362d30332d31345430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2232222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b67387935773073386378617a38397461673837786a6e222c22757365725f6964223a2230316b6b667a7336773074797a68673076347270673964307461222c227374617465223a2263616e63656c6c6564222c22706c616365645f6174223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a22546865205741544552222c227175616e74697479223a332c22756e69745f7072696365223a313030302c226c696e655f746f74616c223a333030302c22646973636f756e74223a3237382c226e6574223a323732327d2c7b22736b75223a22ebb094eb8298eb8298222c226e616d65223a2254686520ebb094eb8298eb8298222c227175616e74697479223a322c22756e69745f7072696365223a313230302c226c696e655f746f74616c223a323430302c22646973636f756e74223a3232322c226e6574223a323137387d5d2c22737562746f74616c223a353430302c22646973636f756e74223a3530302c22746f74616c223a343930302c22636f75706f6e223a224649564552222c2263616e63656c6c65645f6174223a22323032362d30332d31345430363a32303a30302e3030303030305a222c22726561736f6e223a22636f6d706c61696e6564222c22726566756e646564223a343930307d7d', '0e95e4a2a2fcaf17a751c51df44f52aa0af942666809a866310ad719a9019e34', 1773469200000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkg8y5w0ts8dtqhmt5127t1w', '01kkg8y5w0s8cxaz89tev4z1m1', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b673879357730747338647471686d7435313237743177222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b67387935773073386378617a3839746576347a316d31222c2274696d65223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b67387935773073386378617a3839746576347a316d31222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430353a34303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a2246524545222c226e616d65223a225468652046524545222c227175616e74697479223a312c22756e69745f7072696365223a302c226c696e655f746f74616c223a302c22646973636f756e74223a302c226e6574223a307d5d2c22737562746f74616c223a302c22646973636f756e74223a302c22746f74616c223a302c22636f75706f6e223a6e756c6c7d7d', '436006c6ae64b6cf0d1eb801152a2d848bb7e0df7bbdf4057f290a1dc344d2c6', 1773294000000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkgb7dm0vh4t01g405w77jz1', '01kkgb7dm0vh4t01g402chrsg9', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b676237646d30766834743031673430357737376a7a31222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b676237646d3076683474303167343032636872736739222c2274696d65223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b676237646d3076683474303167343032636872736739222c22757365725f6964223a2230316b6b667a7336773074797a6867307634727a3935796b7331222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a312c22756e69745f7072696365223a343830302c226c696e655f746f74616c223a343830302c22646973636f756e74223a302c226e6574223a343830307d5d2c22737562746f74616c223a343830302c22646973636f756e74223a302c22746f74616c223a343830302c22636f75706f6e223a6e756c6c7d7d', '1497a0a3f2f56eb61ebd1eaaae527888abba82d7cfb3e8ba6819cf777dbbe91a', 1773296400000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkng0vm0tybj56kt10hnwt9x', '01kkng0vm0rbaqagmjdbt8h063', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6e6730766d307479626a35366b743130686e77743978222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b6e6730766d307262617161676d6a6462743868303633222c2274696d65223a22323032362d30332d31345430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b6e6730766d307262617161676d6a6462743868303633222c22757365725f6964223a2230316b6b667a7336773074797a68673076347270673964307461222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31345430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a22546865205741544552222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', '5d23fc1f3503e8d5a9d30f4724d6799103fa34b49158939b50f7972cf595fe34', 1773469200000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkng0vm0tybj56kt144hvdc0', '01kkng0vm0tybj56kt13krszmz', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b6e6730766d307479626a35366b743134346876646330222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b6e6730766d307479626a35366b7431336b72737a6d7a222c2274696d65223a22323032362d30332d30335430333a30303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b6e6730766d307479626a35366b7431336b72737a6d7a222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d30335430333a30303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a224c41545445222c226e616d65223a2243616666c3a8206c61747465222c227175616e74697479223a312c22756e69745f7072696365223a34322c226c696e655f746f74616c223a34322c22646973636f756e74223a302c226e6574223a34327d5d2c22737562746f74616c223a34322c22646973636f756e74223a302c22746f74616c223a34322c22636f75706f6e223a6e756c6c7d7d', 'ed48e05dcc3c521267053f39f45ebf27fd7843d116697d2dc91eb9813f7b2f07', 1773469200000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkr2djm0tqeykrz90s0d6cfd', '01kkr2djm0tqeykrz90ryxrp1d', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b7232646a6d30747165796b727a393073306436636664222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b7232646a6d30747165796b727a393072797872703164222c2274696d65223a22323032362d30332d31355430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b7232646a6d30747165796b727a393072797872703164222c22757365725f6964223a2230316b6b7232646a6d30747165796b727a39306a73326d773668222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31355430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a22544541222c226e616d65223a22546561222c227175616e74697479223a322c22756e69745f7072696365223a323530302c226c696e655f746f74616c223a353030302c22646973636f756e74223a3735302c226e6574223a343235307d2c7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a3136352c226e6574223a3933357d5d2c22737562746f74616c223a363130302c22646973636f756e74223a3931352c22746f74616c223a353138352c22636f75706f6e223a22494d504f52544544227d7d', '26f9de89f59f4e50f19bf2df9dd411bbd830b29d21eeec5dbe22dbf98971338a', 1773555600000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kkgb7dm0fbxcn58wbgt45a0r', '01kkgb7dm01kpc9gt6e91kqrg4', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b676237646d30666278636e3538776267743435613072222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b676237646d30316b7063396774366539316b71726734222c2274696d65223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b676237646d30316b7063396774366539316b71726734222c22757365725f6964223a2230316b6b667a7336773074797a686730763472727673786b7778222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31325430363a32303a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225457494e2d31222c226e616d65223a22546865205457494e2d31222c227175616e74697479223a312c22756e69745f7072696365223a3830302c226c696e655f746f74616c223a3830302c22646973636f756e74223a38302c226e6574223a3732307d2c7b22736b75223a225457494e2d32222c226e616d65223a22546865205457494e2d32222c227175616e74697479223a322c22756e69745f7072696365223a3930302c226c696e655f746f74616c223a313830302c22646973636f756e74223a3138302c226e6574223a313632307d5d2c22737562746f74616c223a323630302c22646973636f756e74223a3236302c22746f74616c223a323334302c22636f75706f6e223a2257454c434f4d453130227d7d', '2d95f2983feba611bccd5aa447e3c83647cf6e007ad2946bc93e65740e22310f', 1773296400000000, 'delivered', 1, 0, 1773643020000000, NULL, NULL, NULL, 1773643020000000, NULL);
INSERT INTO public.outbox VALUES ('01kktnsdq0z9msrqb2p0njxjqa', '01kktnsdq0z9msrqb2nyjyscb4', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b746e736471307a396d737271623270306e6a786a7161222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b746e736471307a396d73727162326e796a7973636234222c2274696d65223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b746e736471307a396d73727162326e796a7973636234222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', 'c5ab29f9fb088bdf32191db6f557be43cc3ad3864c8c73e478100aefe6e25d3d', 1773643020000000, 'pending', 1, 1, 1773643028745490, NULL, NULL, NULL, NULL, 'connection refused');
INSERT INTO public.outbox VALUES ('01kktnsdq0z9msrqb2p6vp2cg8', '01kktnsdq0z9msrqb2p3zbj93x', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b746e736471307a396d73727162327036767032636738222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b746e736471307a396d737271623270337a626a393378222c2274696d65223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b746e736471307a396d737271623270337a626a393378222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', '65d0bb132ab1ed7849197102f9f2c74259248d46e967c32a1d9754d5df0fe3d2', 1773643020000000, 'pending', 1, 1, 1773643028646294, NULL, NULL, NULL, NULL, 'connection refused');
INSERT INTO public.outbox VALUES ('01kktnsdq0z9msrqb2pb5dgv8w', '01kktnsdq0z9msrqb2p88e4mbw', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b746e736471307a396d73727162327062356467763877222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b746e736471307a396d737271623270383865346d6277222c2274696d65223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b746e736471307a396d737271623270383865346d6277222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', 'e62df07d3a68d237ebcadbece150c4c530288697980c126219dafd9dee8e22fb', 1773643020000000, 'leased', 1, 0, 0, 'a-relay-that-died', 1795796353498030, 1795796383498036, NULL, NULL);
INSERT INTO public.outbox VALUES ('01kktnsdq0z9msrqb2pew1nfdy', '01kktnsdq0z9msrqb2pebbyj02', 1, 'shop.order.paid', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316b6b746e736471307a396d7372716232706577316e666479222c22736f75726365223a2275726e3a73686f70636c693a30316b6b667a733677307764726134366173387a676739397a67222c2274797065223a2273686f702e6f726465722e70616964222c227375626a656374223a2230316b6b746e736471307a396d737271623270656262796a3032222c2274696d65223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2273657175656e6365223a2231222c2264617461223a7b22736368656d61223a312c226f72646572223a2230316b6b746e736471307a396d737271623270656262796a3032222c22757365725f6964223a2230316b6b667a73367730727465323566636e656e636b65333130222c227374617465223a2270616964222c22706c616365645f6174223a22323032362d30332d31365430363a33373a30302e3030303030305a222c2263757272656e6379223a224b5257222c226578706f6e656e74223a302c226c696e6573223a5b7b22736b75223a225741544552222c226e616d65223a225761746572222c227175616e74697479223a312c22756e69745f7072696365223a313130302c226c696e655f746f74616c223a313130302c22646973636f756e74223a302c226e6574223a313130307d5d2c22737562746f74616c223a313130302c22646973636f756e74223a302c22746f74616c223a313130302c22636f75706f6e223a6e756c6c7d7d', '4e08af4a24b7da4cf3dd47e099b9eb2b211403835d8ba9bf848017a842fd4ea7', 1773643020000000, 'dead', 0, 0, 0, NULL, NULL, NULL, 1773643020000000, 'discarded: never mind');


--
-- Data for Name: outbox_totals; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox_totals VALUES (1, 11);


--
-- Data for Name: platform_endpoint; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_endpoint VALUES ('http://127.0.0.1:36651/', 'open', 6, 1773643035500691, 1773643020000000, 'connection refused');


--
-- Data for Name: products; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.products VALUES ('TWIN-1', 'The TWIN-1', 800, 7, 4, 1, NULL, '8801234567893', NULL, 'twin-1
the twin-1
8801234567893', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('TWIN-2', 'The TWIN-2', 900, 5, 3, 1, NULL, '8801234567893', NULL, 'twin-2
the twin-2
8801234567893', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('BAGEL-2', 'The BAGEL-2', 3500, 12, 1, 1, 'Food', '12345678905', NULL, 'bagel-2
the bagel-2
12345678905', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('QUOTED', 'The QUOTED', 700, 5, 1, 1, NULL, '''0400638133393', NULL, 'quoted
the quoted
''0400638133393', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('FORMULA', 'The FORMULA', 700, 5, 1, 1, NULL, '="0400638133394"', NULL, 'formula
the formula
="0400638133394"', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('ROUNDED', 'The ROUNDED', 700, 5, 1, 1, NULL, '4.00638E+12', NULL, 'rounded
the rounded
4.00638e+12', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('7612345678900', 'The 7612345678900', 2000, 3, 1, 1, NULL, NULL, NULL, '7612345678900
the 7612345678900
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('SCANS-AS-SKU', 'The SCANS-AS-SKU', 2100, 3, 1, 1, NULL, '7612345678900', NULL, 'scans-as-sku
the scans-as-sku
7612345678900', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('바나나', 'The 바나나', 1200, 30, 3, 1, '과일', NULL, NULL, '바나나
the 바나나
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('TEA', 'Tea', 2500, 8, 2, 1, NULL, NULL, NULL, 'tea
tea
', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.products VALUES ('GONE', 'The GONE', 9900, 1, 1, 0, 'Old', NULL, NULL, 'gone
the gone
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('FREE', 'The FREE', 0, 99, 2, 1, NULL, NULL, NULL, 'free
the free
', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('BAGEL', 'The BAGEL', 3300, 10, 4, 1, 'Food', '012345678905', NULL, 'bagel
the bagel
012345678905', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('LATTE', 'Caffè latte', 4800, 39, 4, 1, 'Drinks', '4006381333931', 10, 'latte
caffè latte
4006381333931', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.products VALUES ('WATER', 'Water', 1100, 113, 11, 1, 'Drinks', '96385074', NULL, 'water
water
96385074', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);


--
-- Data for Name: relays; Type: TABLE DATA; Schema: public; Owner: -
--



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
INSERT INTO public.sales_days VALUES (1773619200000000, 'WATER', 4, 4400);


--
-- Data for Name: sales_hours; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sales_hours VALUES (1773291600000000, 'FREE', 1, 0);
INSERT INTO public.sales_hours VALUES (1773295200000000, 'LATTE', 1, 4800);
INSERT INTO public.sales_hours VALUES (1773291600000000, 'BAGEL', 0, 0);
INSERT INTO public.sales_hours VALUES (1773291600000000, 'LATTE', 0, 0);
INSERT INTO public.sales_hours VALUES (1773295200000000, 'TWIN-1', 0, 0);
INSERT INTO public.sales_hours VALUES (1773295200000000, 'TWIN-2', 0, 0);
INSERT INTO public.sales_hours VALUES (1773468000000000, 'WATER', 1, 1100);
INSERT INTO public.sales_hours VALUES (1772506800000000, 'LATTE', 1, 42);
INSERT INTO public.sales_hours VALUES (1773291600000000, 'WATER', 0, 0);
INSERT INTO public.sales_hours VALUES (1773291600000000, '바나나', 0, 0);
INSERT INTO public.sales_hours VALUES (1773554400000000, 'TEA', 2, 4250);
INSERT INTO public.sales_hours VALUES (1773554400000000, 'WATER', 1, 935);
INSERT INTO public.sales_hours VALUES (1767571200000000, 'TEA', 3, 5500);
INSERT INTO public.sales_hours VALUES (1767708000000000, 'WATER', 1, 900);
INSERT INTO public.sales_hours VALUES (1773640800000000, 'WATER', 4, 4400);


--
-- Data for Name: shop; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.shop VALUES (1, '01kkfzs6w0wdra46as8zgg99zg', 'KRW', 0, 'Asia/Seoul', 1773284400000000);


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
INSERT INTO public.stock_movements VALUES ('BAGEL', 3, 'sale', -1, 9, '01kkg6my40phts730d2ynjb9dp', NULL, 1773291600000000, 1773291600000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('LATTE', 2, 'sale', -2, 38, '01kkg6my40phts730d2ynjb9dp', NULL, 1773291600000000, 1773291600000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 3, 'sale', -3, 111, '01kkg8y5w0s8cxaz89tag87xjn', NULL, 1773294000000000, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('바나나', 2, 'sale', -2, 28, '01kkg8y5w0s8cxaz89tag87xjn', NULL, 1773294000000000, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('FREE', 2, 'sale', -1, 99, '01kkg8y5w0s8cxaz89tev4z1m1', NULL, 1773294000000000, 1773294000000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('TWIN-1', 3, 'sale', -1, 6, '01kkgb7dm01kpc9gt6e91kqrg4', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('TWIN-2', 2, 'sale', -2, 3, '01kkgb7dm01kpc9gt6e91kqrg4', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('LATTE', 3, 'sale', -1, 37, '01kkgb7dm0vh4t01g402chrsg9', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('BAGEL', 4, 'return', 1, 10, '01kkg6my40phts730d2ynjb9dp', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', 'wrong cup');
INSERT INTO public.stock_movements VALUES ('LATTE', 4, 'return', 2, 39, '01kkg6my40phts730d2ynjb9dp', NULL, 1773296400000000, 1773296400000000, 'keeper', 'vm', 'api', 'wrong cup');
INSERT INTO public.stock_movements VALUES ('TWIN-1', 4, 'return', 1, 7, '01kkgb7dm01kpc9gt6e91kqrg4', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'too late, all the same');
INSERT INTO public.stock_movements VALUES ('TWIN-2', 3, 'return', 2, 5, '01kkgb7dm01kpc9gt6e91kqrg4', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'too late, all the same');
INSERT INTO public.stock_movements VALUES ('WATER', 4, 'sale', -1, 110, '01kkng0vm0rbaqagmjdbt8h063', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 5, 'return', 3, 113, '01kkg8y5w0s8cxaz89tag87xjn', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'complained');
INSERT INTO public.stock_movements VALUES ('바나나', 3, 'return', 2, 30, '01kkg8y5w0s8cxaz89tag87xjn', NULL, 1773469200000000, 1773469200000000, 'keeper', 'vm', 'api', 'complained');
INSERT INTO public.stock_movements VALUES ('TEA', 1, 'import', 10, 10, NULL, 'B-1', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 6, 'import', 5, 118, NULL, 'B-1', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.stock_movements VALUES ('TEA', 2, 'sale', -2, 8, '01kkr2djm0tqeykrz90ryxrp1d', NULL, 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 7, 'sale', -1, 117, '01kkr2djm0tqeykrz90ryxrp1d', NULL, 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 8, 'sale', -1, 116, '01kktnsdq0z9msrqb2nyjyscb4', NULL, 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 9, 'sale', -1, 115, '01kktnsdq0z9msrqb2p3zbj93x', NULL, 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 10, 'sale', -1, 114, '01kktnsdq0z9msrqb2p88e4mbw', NULL, 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.stock_movements VALUES ('WATER', 11, 'sale', -1, 113, '01kktnsdq0z9msrqb2pebbyj02', NULL, 1773643020000000, 1773643020000000, 'keeper', 'vm', 'api', NULL);


--
-- Data for Name: user_coupons; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.user_coupons VALUES ('FIVER', 1, 3, 'kim', 1773284400000000, 1775876400000000, NULL, NULL, '01kkfzs6w0y3s0qejcqsqfwgsq', '8063de4a5bd481a4882a146f0c897a91', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('WELCOME10', 2, 100, 'lee', 1773284400000000, NULL, NULL, NULL, 'claim-1', 'ff5ca64edf7306ca8e914e93e0a01fc5', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('FIVER', 3, 3, 'Ångström', 1773284400000000, 1775876400000000, NULL, NULL, '01kkfzs6w0y3s0qejcqyjyaxg0', '5eb40312b6a7b4207587a654c859c3ff', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('LAST', 1, 1, 'kim', 1773284400000000, 1773288000000000, NULL, NULL, '01kkfzs6w0y3s0qejcr25eje0a', '8475da029da45902ed8695b7e84c1cdc', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('OFF', 1, 10, 'kim', 1773284400000000, NULL, NULL, NULL, '01kkfzs6w0yydbe6ax88zjavqt', 'e1e0f5f46d84d5d15df4813f0f7fff76', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('WELCOME10', 1, 100, 'kim', 1773284400000000, NULL, NULL, NULL, 'claim-0', '91c1164ea4bcd2828b6e1fcfe59450da', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('WELCOME10', 3, 100, 'Ångström', 1773284400000000, NULL, NULL, NULL, 'claim-2', '36939044e9980bb3a5ad1d712f7331e7', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('FIVER', 2, 3, 'lee', 1773284400000000, 1775876400000000, NULL, NULL, '01kkfzs6w0y3s0qejcqtmvn4v5', '09efda39aa467cef0dcfebbf69bd6665', 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.user_coupons VALUES ('IMPORTED', 1, 20, 'mina', 1773555600000000, NULL, '01kkr2djm0tqeykrz90ryxrp1d', 1773555600000000, 'l1', '0b97fd5ad8028d35573500b6579b0d75', 1773555600000000, 'keeper', 'vm', 'import', NULL);


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.users VALUES ('lee', '01kkfzs6w0tyzhg0v4rpg9d0ta', 'Lee <b>Junho</b>', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('Ångström', '01kkfzs6w0tyzhg0v4rrvsxkwx', '=1+1', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('blocked', '01kkfzs6w0tyzhg0v4rt4g0ve0', 'Somebody blocked', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('left', '01kkfzs6w0tyzhg0v4rwyeaxz4', NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('empty', '01kkfzs6w0tyzhg0v4s1afhvrc', NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('forgotten', '01kkfzs6w0tyzhg0v4rz95yks1', NULL, 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);
INSERT INTO public.users VALUES ('mina', '01kkr2djm0tqeykrz90js2mw6h', 'Mina', 1773555600000000, 1773555600000000, 'keeper', 'vm', 'import', NULL);
INSERT INTO public.users VALUES ('kim', '01kkfzs6w0rte25fcnencke310', '김민지', 1773284400000000, 1773284400000000, 'keeper', 'vm', 'api', NULL);


--
-- Name: outbox_totals_shard_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.outbox_totals_shard_seq', 1, false);


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
-- Name: products pk_products; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.products
    ADD CONSTRAINT pk_products PRIMARY KEY (sku);


--
-- Name: relays pk_relays; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.relays
    ADD CONSTRAINT pk_relays PRIMARY KEY (relay_id);


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
-- Name: ix_admin_changes_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_admin_changes_subject ON public.admin_changes USING btree (subject_kind, subject, change_id);


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
-- Name: ix_products_barcode; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_products_barcode ON public.products USING btree (barcode) WHERE (barcode IS NOT NULL);


--
-- Name: uq_balance_entries_kind_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_balance_entries_kind_key ON public.balance_entries USING btree (kind, key) WHERE (key IS NOT NULL);


--
-- Name: uq_balance_entries_order_id_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_balance_entries_order_id_kind ON public.balance_entries USING btree (order_id, kind) WHERE (order_id IS NOT NULL);


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


