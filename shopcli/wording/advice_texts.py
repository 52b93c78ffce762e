"""The texts of advice, by code and, if a code has several, by reason."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "balance_limit": "Add less, or pay some of it out first: shop payout AMOUNT --reason R"
        " {user:--user}",
        "balance_limit.drawer": "Type a smaller amount. See what came and went: shop cash list",
        "balance_not_zero": "Pay it out first: shop payout --all --reason R {user:--user}",
        "barcode_exists": "A code names one product. See the other: shop product show {sku:word}",
        "busy.import_ended": "Run the same import again: it goes on, and nothing is done twice.",
        "busy.locks": "Try again in a moment.",
        "busy.lost_races": "Try again.",
        "busy.making": "Try again in a moment.",
        "busy.no_connection": "Try again in a moment.",
        "busy.no_memory": "Try again in a moment.",
        "busy.read_conflict": "Try again, or read long reports from the primary server.",
        "busy.wait_max": "Try again in a moment, or allow it more time: shop config set wait_max"
        " 60s",
        "busy.wait_max_longer": "Try again in a moment, or allow it more time: shop config set"
        " wait_max {longer}",
        "busy.wait_max_of_variable": "Try again in a moment, or allow it more time, as in:"
        " {variable}={longer}",
        "busy.wal": "Install pysqlite3 for this Python, or stop the other processes for a moment.",
        "coupon_already_claimed": "See what {user} holds: shop coupons {user:--user}",
        "coupon_already_used.imported": "Leave it out, or take it as an unused one with"
        " --ignore-state.",
        "coupon_already_used.in_order": "Order without the coupon, or see: shop coupons"
        " {user:--user}",
        "coupon_closed": "See what else there is: shop coupon list",
        "coupon_disabled": "See which can be claimed: shop coupon list",
        "coupon_disabled.in_order": "Order without the coupon, or see: shop coupons {user:--user}",
        "coupon_exists": "See: shop coupon show {coupon:word}",
        "coupon_exists.other_terms": "Leave it with --on-existing skip; update changes its limit"
        " and closes only.",
        "coupon_expired": "See what else there is: shop coupon list",
        "coupon_expired.in_order": "Order without the coupon, or see: shop coupons {user:--user}",
        "coupon_minimum_not_met": "Add something, or order without the coupon.",
        "coupon_not_held": "Claim it first: shop claim {user:--user} {coupon:word}",
        "coupon_not_open": "See its terms: shop coupon show {coupon:word}",
        "coupon_sold_out": "See what else there is: shop coupon list",
        "currency_mismatch": "Use it with {currency}, or make another shop at another address.",
        "charge_limit": "Charge less at once. What may be charged: shop settings list",
        "currency_mismatch.column": "Convert the amounts and leave the column out.",
        "currency_mismatch.totals": "It looks like a row of totals: remove it.",
        "database_unreachable.disk_failed": "Check the disk, then try again.",
        "database_unreachable.disk_full": "Free some space and try again.",
        "database_unreachable.import_ended": "{advice} Then run the same import again: it goes"
        " on, and nothing is done twice.",
        "database_unreachable.login": "Check user and password of the address, PGPASSWORD or the"
        " password file.",
        "database_unreachable.no_answer": "Check the server and the way to it, then try again.",
        "database_unreachable.other_certificate": "Use the host name that its certificate names, or"
        " have one made for this name. If neither explains it, somebody may be in between.",
        "database_unreachable.out_of_reach": "Check that the server runs and that the address is"
        " right, then try again.",
        "database_unreachable.no_encryption": "Have encryption turned on at the server (ssl = on).",
        "database_unreachable.no_more_files": "Remove files from that disk and try again.",
        "database_unreachable.server_disk_full": "Free some space there and try again.",
        "database_unreachable.still_retired": "Once it answers, take that back: shop db unretire",
        "database_unreachable.no_temporary_file": "Free some space, or name another folder for"
        " temporary files with TMPDIR, then try again.",
        "database_unreachable.unretire_unseen": "Try again once it answers. If this one is to be"
        " changed all the same, add: --yes",
        "database_unreachable.unmakable_file": "Check the disk and the path, then try again.",
        "database_unreachable.untrusted_certificate": "Have it renewed, or name its authority:"
        " sslrootcert=/path/to/authority.pem in the address. If neither explains it, somebody may"
        " be in between.",
        "entry_not_reversible.payment": "Cancel the order instead: shop cancel {order}",
        "entry_not_reversible.refund": "Order it again: shop order SKU {user:--user}",
        "entry_not_reversible.reversal": "Book it again: {undone:again}",
        "entry_not_reversible.cash_reversal": "Book it again: shop cash {direction}"
        " {amount:amount} --reason R",
        "insufficient_balance": "Add money: shop charge {missing:amount} {user:--user}",
        "insufficient_balance.above_charge_max": "Add money, at most {charge_max:money} at once:"
        " shop charge {charge_max:amount} {user:--user}\nTo allow more: shop settings set"
        " charge_max AMOUNT",
        "insufficient_balance.nothing_to_take": "See: shop history {user:--user}",
        "insufficient_balance.pay_all_out": "Pay all of it out: shop payout --all --reason R"
        " {user:--user}",
        "insufficient_balance.take_all": "Take all of it: shop adjust --by=-{balance:amount}"
        " --reason R {user:--user}",
        "insufficient_balance.too_small_by_now": "See where it went: shop history {user:--user}",
        "internal.bug": "Send the report to whoever looks after the shop.",
        "internal.kept_report": "Tell whoever runs the shop.",
        "internal.kept_report_with_key": "Repeating it with --key {key} is safe. Tell whoever runs"
        " the shop.",
        "internal.bug_with_key": "Repeating it with --key {key} is safe. Send the report to"
        " whoever looks after the shop.",
        "interrupted.events_wait": "Send the rest: shop outbox flush",
        "interrupted.goes_on": "Run the same command again: it goes on, and nothing is done twice.",
        "interrupted.in_doubt": "Repeat the command with --key {key} : it is done once in any"
        " case.",
        "interrupted.look_first": "Look whether it was done before you type it again.",
        "interrupted.may_be_retired": "Let it go on: shop db unretire",
        "interrupted.rest_of_input": "Go on with line {line}.",
        "interrupted.rest_of_script": "Go on with: {rest} | shop run -{options}",
        "interrupted.run_again": "Run the same command again.",
        "invalid_input.address": "Give a file path, sqlite:///file, sqlite:////absolute/file or"
        " postgresql://host/database.",
        "invalid_input.adjustment_of_nothing": "Use --by=+A or --by=-A.",
        "invalid_input.amount": "Type it like {example}.",
        "invalid_input.backlog": "If they should go there: add --yes.",
        "invalid_input.binary_script": "Name a text in UTF-8: one command a line.",
        "invalid_input.rows_in_script": "Rows are imported: shop import --help",
        "invalid_input.near_script_command": "Did you mean: shop {suggestions}",
        "invalid_input.no_script_command": (
            "A script has one command a line, such as: balance -u kim"
        ),
        "invalid_input.nul_in_script": "Save the script as plain text.",
        "invalid_input.login_in_hidden_url": "Leave out what stands before the @, and the @.",
        "invalid_input.login_in_url": (
            "Leave them out: shop settings set platform.url {plain:shell}"
        ),
        "invalid_input.barcode": "Scan it, as in 4006381333931.",
        "invalid_input.bom_of_script": "Leave --bom out, or give it to a line of the script.",
        "invalid_input.batch_without_stock": "Add --stock set or --stock add, or leave --batch"
        " out.",
        "invalid_input.bomb": "No file of rows does; if it is one, unpack it first.",
        "invalid_input.cap_of_an_amount": "Leave --cap out.",
        "invalid_input.cap_without_percent": "--cap goes with --percent.",
        "invalid_input.many_products": "Order in several parts.",
        "invalid_input.method_form": "Type it like cash.",
        "invalid_input.method": "Name one of them, or see: shop settings list",
        "invalid_input.month": "Type it like 2026-11.",
        "invalid_input.changed_kind": "Type it like: shop changes product LATTE",
        "invalid_input.changed_clocks": "Give the offset, as in {moment}{offset}.",
        "invalid_input.changed_meanwhile": "Wait until it is written, then run the import again.",
        "invalid_input.choice": "Use {choices:or}.",
        "invalid_input.closed_output": "Send it somewhere: to throw it away, > /dev/null.",
        "invalid_input.close_too_large": "Close more often.",
        "invalid_input.closing_and_digest": "Type it like: shop verify --closing 3 --digest HEX",
        "invalid_input.digest": "The page of the close has it: shop closing show N",
        "invalid_input.closes_first": "Give a --closes that is later than --opens.",
        "invalid_input.bell": "Type it like: shop config set bell yes",
        "invalid_input.colours": "Type it like: shop config set colours never",
        "invalid_input.columns": "The columns are: {known}.",
        "invalid_input.columns_doubled": "Name each column once.",
        "invalid_input.columns_leavable": "The columns are: {known}. To change only what exists,"
        " add --on-existing update.",
        "invalid_input.columns_miswritten": "Did you mean {suggestions}? Names of columns are"
        " written small.",
        "invalid_input.columns_miswritten_or_leavable": "Did you mean {suggestions}? Names of"
        " columns are written small. To change only what exists, add --on-existing update.",
        "invalid_input.columns_of_now": "Orders of the past take no coupon.",
        "invalid_input.columns_of_the_past": "Add --historical to book orders of the past.",
        "invalid_input.configuration": "Names are: {names}.",
        "invalid_input.configuration_of_no_text": 'Write it like: {name} = "…"',
        "invalid_input.configured_wait_max": "Give 1s to 1h, as in: shop config set wait_max 15s",
        "invalid_input.currency": "Use a code such as KRW, EUR or USD.",
        "invalid_input.damaged_gzip": "Copy it again.",
        "invalid_input.dashed_value": "To give it as a value, type -- before it: {line}",
        "invalid_input.duration": "Try 2s.",
        "invalid_input.empty": "It needs at least its header, or a row.",
        "invalid_input.day": "Type it like 2026-11-22, today or yesterday; the last three days"
        " are --since 3d.",
        "invalid_input.empty_window": "Give a beginning that lies before now and before the end.",
        "invalid_input.encoded_secret_file": "Save it as plain text (ASCII or UTF-8).",
        "invalid_input.encoding": "Save the file as UTF-8.",
        "invalid_input.ending": "Give more characters.",
        "invalid_input.events_of_now": "Add --historical.",
        "invalid_input.example": "Type it like: {example}",
        "invalid_input.example_and_more": "Type it like: {example} (more: {see})",
        "invalid_input.example_over_ssh": "Type it like: {example} (more: {see}). Over ssh, what"
        " has blanks is quoted twice.",
        "invalid_input.file_exists": "Name another file, or replace it: --force",
        "invalid_input.format": "Use {choices}.",
        "invalid_input.for_spreadsheets": "Add --format csv, or leave --times and --bom out.",
        "invalid_input.given_twice": "Leave out one of them.",
        "invalid_input.header": "The first line names the columns. {advice}",
        "invalid_input.header_of_json": "It looks like JSON: one object a line, with --format"
        " jsonl.",
        "invalid_input.header_of_semicolons": "The cells are set apart by semicolons: save the"
        " file with commas, or as text with tabs and --format tsv.",
        "invalid_input.header_of_tabs": "The cells are set apart by tabs: add --format tsv.",
        "invalid_input.entry": "The answer of a charge names its entry, and so does: shop history",
        "invalid_input.entry_of_cash": "For the user's: shop undo {meant} --reason R",
        "invalid_input.identifier": "Choose a {field:noun} like {example}.",
        "invalid_input.key": "Use something like till1-0042.",
        "invalid_input.identifier.meant": "Without blanks and characters that are not seen it is"
        " {meant}.",
        "invalid_input.key.meant": "Type '{meant}'.",
        "invalid_input.keyless": "Change stock by: shop import products FILE --stock add --batch"
        " ID",
        "invalid_input.large_order": "Order fewer units at once.",
        "invalid_input.large_stock": "Type a smaller number. See what is there: shop product show"
        " {sku:word}",
        "invalid_input.lasting": "Leave it out, and type it by itself: shop {words}",
        "invalid_input.large_discount": "Correct discount, quantity or unit_price.",
        "invalid_input.libpq_address": "Give postgresql://user@host/database, with options after"
        " '?'.",
        "invalid_input.line": "Type it like: shop order LATTE:2 BAGEL",
        "invalid_input.link": "Name the file itself.",
        "invalid_input.long_line": "Name a script: one command a line.",
        "invalid_input.long_secret_file": "Name another.",
        "invalid_input.unmakable_path": "Name a file in a folder that can be written: shop init"
        " --db PATH",
        "invalid_input.malformed_lines": "Fix these lines, or skip them with --max-errors N (or"
        " all).",
        "invalid_input.missing_configuration": "Name another, unset SHOP_CONFIG, or make it: shop"
        " config set NAME VALUE",
        "invalid_input.near_command": "Did you mean: {near:or}",
        "invalid_input.near_configuration": "Did you mean {suggestions}?",
        "invalid_input.near_option": "Did you mean {suggestions:or}?",
        "invalid_input.near_setting": "Did you mean {suggestions:or}? See all: shop settings",
        "invalid_input.near_topic": "Did you mean: shop help {suggestions:or}",
        "invalid_input.companion_file": "Give another name.",
        "invalid_input.backup_name": "Braces stand for the time of the backup, in its name only:"
        " shop db backup {example:word}",
        "invalid_input.no_authority": "Add to the address sslrootcert=/path/to/authority.pem, or"
        " sslrootcert=system where the certificate is of a public authority.",
        "invalid_input.no_charge_max": "To have no limit: shop settings unset charge_max",
        "invalid_input.no_configuration": "Name another with SHOP_CONFIG.",
        "invalid_input.no_driver": 'Run pip install "shopcli[postgres]".',
        "invalid_input.no_event": "shop outbox retry --dead",
        "invalid_input.no_file": "Name a file.",
        "invalid_input.no_lines": "Name one, as in LATTE:2.",
        "invalid_input.no_number": "--by=-2 or --to=10",
        "invalid_input.no_order_id": "See yours: shop orders",
        "invalid_input.no_order_or_key": "shop receipt ORDER, or --key K",
        "invalid_input.no_reason": 'Add --reason "why".',
        "invalid_input.no_room_for_rows": "Free some space, or name another folder with TMPDIR,"
        " then run the same import again: nothing is done twice.",
        "invalid_input.no_rows": "Name a file, or - for standard input.",
        "invalid_input.no_sample": "Install shopcli again, or make the shop without it: shop init",
        "invalid_input.no_script": "Name a script, or - for standard input.",
        "invalid_input.no_secret_file": "Name one that exists.",
        "invalid_input.no_suffix": "Add --format csv, tsv or jsonl.",
        "invalid_input.no_temporary_folder": "Name a folder that can be written with TMPDIR.",
        "invalid_input.no_terminal": "Without one type: shop products, then: shop order SKU:QTY"
        " --user USER",
        "invalid_input.no_text": "Save it as UTF-8 text: CSV, TSV or JSON Lines.",
        "invalid_input.no_time": "Give ordered_at.",
        "invalid_input.no_toml": "Fix the line it names.",
        "invalid_input.nobodys_keys": "Write a line for each key: kim ssh-ed25519 AAAA... laptop",
        "invalid_input.no_public_url": "Say how they do: shop tui --web {words} --host"
        " {host:word} --public-url https://shop.example.org",
        "invalid_input.no_web": "Install it beside the shop: pip install 'shopcli[web]'",
        "invalid_input.no_unicode": "Type: {setting} shop tui",
        "invalid_input.none_of_it": "Type it like {example}.",
        "invalid_input.nul_in_row": "Move it to a file instead, or mend the row.",
        "invalid_input.unreadable_row": "See what is wrong with the shop: shop verify",
        "invalid_input.not_an_integer": "Use minor units.",
        "invalid_input.nothing_seen": "Type letters.",
        "invalid_input.one_of_storefronts": (
            "Leave out all but one; without any the person at the machine is trusted."
        ),
        "invalid_input.of_now": "Leave the window out.",
        "invalid_input.open_configuration": "Look at what it sets, then: chmod 600 {file:shell}",
        "invalid_input.open_quote": 'Close it; write "" for a quote that is part of the cell.',
        "invalid_input.open_secret_file": "Run: chmod 600 FILE",
        "invalid_input.out_of_range": "Every day from 1970-01-02 to 9998-12-30 is within it.",
        "invalid_input.several_users": "Type the user name.",
        "invalid_input.other_currency": "This shop is in {currency}. Type an amount in it, like"
        " {example}.",
        "invalid_input.other_export": "Leave it out. See what chooses: shop export {what} --help",
        "invalid_input.other_import": "Leave it out.",
        "invalid_input.other_users_entry": "Leave --user out, or name an entry of {user}: shop"
        " history {user:--user}",
        "invalid_input.other_users_order": "Leave --user out, or name an order of {user}: shop"
        " orders {user:--user}",
        "invalid_input.other_encoding": "Convert it, for example: {file:converted}",
        "invalid_input.other_secret_file": "Name the right one.",
        "invalid_input.only_with_web": "Add --web, or leave it out.",
        "invalid_input.web_of_nobody": "Name its member, or say --kiosk for a till; a desk for"
        " whoever reaches it wants --desk --yes. Type: shop tui --web --user USER",
        "invalid_input.other_state": "See it: shop outbox show {event}",
        "invalid_input.pipe": "Give it as standard input: shop run -",
        "invalid_input.plain_http": "Use https, or allow it first: shop settings set {needs} yes",
        "invalid_input.platform_headers": "Write a line for each, like: Authorization: Bearer"
        " TOKEN",
        "invalid_input.platform_url": "Give one like https://data.example.org/events.",
        "invalid_input.public_url": "Give one like https://shop.example.org, without / at its end.",
        "invalid_input.pooler": "Write prepare_threshold=none into the database address.",
        "invalid_input.port": "Try --port 0.",
        "invalid_input.postgres_address": "Write `/`, `@`, `#` and `?` in a user or password as"
        " %2F, %40, %23 and %3F.",
        "invalid_input.prepare_threshold": "Give {option}=none or leave it out.",
        "invalid_input.quote_in_quotes": 'Write "" for each quote within quotes.',
        "invalid_input.key_lines": "Correct these lines; each is NAME TYPE KEY, as in: kim"
        " ssh-ed25519 AAAA... laptop",
        "invalid_input.no_keys": "Name a text file of lines NAME TYPE KEY, or - for standard"
        " input.",
        "invalid_input.password_in_lines": "Leave it out of the address: the account's ~/.pgpass"
        " has it.",
        "invalid_input.wrong_set_up": "Ask whoever runs the shop.",
        "invalid_input.controls_in_command": "Type one command, on one line.",
        "invalid_input.long_command": "Order in several parts.",
        "invalid_input.undecodable_command": "Send it as UTF-8.",
        "invalid_input.quote_in_command": "Close each quote. Your own shell takes quotes away: put"
        " the whole command into quotes of the other kind.",
        "invalid_input.no_words": "Give the connection a terminal (ssh -t), or a command, such as:"
        " balance",
        "invalid_input.quote_in_script": "Close each quote on its line.",
        "invalid_input.refund_line": "Type it like: shop refund {order:shell} LATTE:2 --reason R",
        "invalid_input.rejects": "Name a new file, as in --rejects rejects.csv, or leave it out.",
        "invalid_input.reserved_method": "Choose another name, like cash or card.",
        "invalid_input.rounded": "Format the column as text, fill the whole value in again and"
        " save.",
        "invalid_input.rounded_barcode": "Format the column as text, fill the whole number in"
        " again and save.",
        "invalid_input.script_encoding": "Save it as UTF-8.",
        "invalid_input.script_is_input": "Name the script or the rows as a file.",
        "invalid_input.resumable": "Give a shorter one: --resumable NAME",
        "invalid_input.secret": "Make one: echo {prefix}$(head -c 24 /dev/urandom | base64)",
        "invalid_input.setting": "See all: shop settings",
        "invalid_input.shared_code": "Name the SKU, and give all but one another: shop product"
        " set {last:word} --barcode CODE",
        "invalid_input.skipped_day": "Name another day.",
        "invalid_input.sqlite_options": "Give the file alone.",
        "invalid_input.status": "Try 503.",
        "invalid_input.stray_quote": (
            'Put the whole cell in quotes, and write "" for each quote in it.'
        ),
        "invalid_input.takes_nothing_off": "--percent 10",
        "invalid_input.span": "Type an instant, like 2026-11-22, 2026-11-22T09:30 or today.",
        "invalid_input.theme": "Type it like: shop config set theme shop-light",
        "invalid_input.time": "Type it like 2026-11-22, 2026-11-22T09:30 or 2026-11-22T00:30:00Z.",
        "invalid_input.typed_time": "Type it like 2026-11-22, 2026-11-22T09:30, 09:30, today or"
        " now.",
        "invalid_input.typed_time_or_span": "Type it like 2026-11-22, 2026-11-22T09:30, 09:30,"
        " today or yesterday, or a span back from now: 30m, 12h, 3d or 2w.",
        "invalid_input.timezone": "Use a name like Asia/Seoul or UTC.",
        "invalid_input.text_length": "Type 1 to {length_max} characters.",
        "invalid_input.too_large": "Type {most:number} or less.",
        "invalid_input.too_much": "Type {largest} or less.",
        "invalid_input.too_small": "Type {least:number} or more.",
        "invalid_input.too_many_columns": "Save it with the columns of the import alone.",
        "invalid_input.two_windows": "Keep one of them.",
        "invalid_input.topic": "Topics are: {topics}.",
        "invalid_input.totals": "It looks like a row of totals: remove it.",
        "invalid_input.transfer_to_oneself": "Name somebody else: --to USER",
        "invalid_input.unreadable_configuration": "Make it readable, or name another with"
        " SHOP_CONFIG.",
        "invalid_input.unreadable_rows": "Look after the file, then run the import again.",
        "invalid_input.unseen_characters": "Type it anew: such characters come along when text is"
        " copied.",
        "invalid_input.unsigned": "Type {number}.",
        "invalid_input.unsigned_adjust": "Type it like: shop adjust --by=-{number} --reason R",
        "invalid_input.unsigned_charge": "Add {number}, or take it out: shop payout {number}"
        " --reason R",
        "invalid_input.unsigned_order": "A quantity follows a colon: shop order {line}",
        "invalid_input.unsigned_payout": "Type {number}: shop payout {number} --reason R",
        "invalid_input.unsigned_setting": "Give a value without a sign, or take it back to its"
        " default: shop {noun} unset {name:word}",
        "invalid_input.unsigned_stock": "To take units out: shop product adjust {sku:shell}"
        " --by=-{number} --reason R",
        "invalid_input.unwritable": "Free some space, or send the answer somewhere else.",
        "invalid_input.unwritable_configuration": "Make its folder writable, or name another file"
        " with SHOP_CONFIG.",
        "invalid_input.unwritable_file": "Look after the folder or name another file.",
        "invalid_input.usage": "See: {see}",
        "invalid_input.value_of_setting": "It means: {meaning:noun}",
        "invalid_input.variable": "Correct or unset the variable {variable}, as in: {example}",
        "invalid_input.wait_max": "Give seconds, above 0 and at most 3600.",
        "invalid_input.workbook": "Of a workbook, save one sheet as CSV in UTF-8.",
        "key_conflict": "Use a new key for a new request.",
        "key_conflict.batch": "For another delivery or count give another name: --batch NAME",
        "key_conflict.resumed": "Lines were moved or changed, or another script had this name.",
        "limit_below_claimed": "Let no more be claimed: shop coupon set --limit {claimed}"
        " {coupon:word}",
        "no_shop": "Make one with `shop init`, or name another with --db.",
        "no_shop.replaced": "Look what is there, then start again.",
        "no_user": "Add -u USER, set SHOP_USER, or: shop config set user USER",
        "not_a_shop.damaged_file": "Stop using it, keep a copy, and restore the latest backup;"
        " then run `shop verify`.",
        "not_a_shop.damaged_backup": "Take an older backup; nothing was changed.",
        "not_a_shop.damaged_to_fill": "Keep it under another name, with its -wal and -shm files;"
        " then repeat the command, which makes a new file.",
        "not_a_shop.damaged_server": "Stop using it and restore the latest backup; then run `shop"
        " verify`.",
        "not_a_shop.encoding": "Make the database with ENCODING 'UTF8'.",
        "not_a_shop.import_ended": "{advice} Then run the same import again: it goes on, and"
        " nothing is done twice.",
        "not_a_shop.no_database": "Make the database first (createdb), then run `shop init`.",
        "not_a_shop.no_database_to_fill": "Make the database first (createdb), then repeat the"
        " command.",
        "not_a_shop.no_file": "Give the address of a shop's file, not of a folder.",
        "not_a_shop.no_schema": "Name one at the end of the address, {example}, and grant USAGE"
        " on it.",
        "not_a_shop.nothing_to_fill": "Name an empty database, or a file that is not there yet.",
        "not_a_shop.other_file": "Give the address of a shop, or make one where no file is yet:"
        " shop init --db PATH",
        "not_a_shop.other_tables": "Give the address of a shop, or make one in an empty database:"
        " shop init --db ADDRESS",
        "not_a_shop.several_schemas": "Name one at the end of the address: {example}",
        "not_allowed": "Ask whoever runs the shop.",
        "not_allowed.withheld_option": "Leave it out, or see: {see}",
        "not_allowed.withheld_word": "See what there is: shop help",
        "not_allowed.connect_right": "Whoever owns the tables lets a login in by db grants. See:"
        " shop help roles",
        "not_allowed.database_right": "Use a login that may, or let whoever owns the tables give"
        " this one the rights of its work, by db grants. See: shop help roles",
        "invalid_input.grants_of_file": "Give the file to the logins that may sell: chmod 660 FILE."
        " For logins that may do less, move to a server: shop db copy ADDRESS",
        "invalid_input.role": "Type it as in: shop db grants till kiosk1",
        "not_allowed.import_ended": "{advice} Then run the same import again: it goes on, and"
        " nothing is done twice.",
        "order_not_cancellable": "To do it anyway: shop cancel {order} --force --reason R",
        "order_not_cancellable.refund": "To do it anyway, add: --force",
        "refund_exceeds_order.cancelled": "See what went back: shop receipt {order}",
        "refund_exceeds_order.quantity_apart": "Did you mean: shop refund {line}",
        "refund_exceeds_order": "See what is left of it: shop receipt {order}",
        "out_of_stock": "Order fewer, or add what is missing: {items:restocks}",
        "out_of_stock.nothing_left": "See: shop product history {sku:word}",
        "out_of_stock.taken_out": "Take out what is left: shop product adjust --to=0 --reason R"
        " {sku:word}",
        "outcome_unknown": "Repeat the command with --key {key} : it cannot happen twice.",
        "outcome_unknown.answer_lost": "Do not do it again: look at what it did, once answers can"
        " be written.",
        "outcome_unknown.answer_lost_with_key": "To be told the answer, repeat the command with"
        " --key {key} : it is not done again.",
        "outcome_unknown.copy_unknown": "See whether a shop is there: shop db status --db"
        " {to:shell}",
        "outcome_unknown.disk_failed": "Check the disk, then repeat the command with"
        " --key {key} : it cannot happen twice.",
        "outcome_unknown.disk_failed_without_key": "Check the disk, then look whether it has"
        " happened before doing it again.",
        "outcome_unknown.import_ended": "Run the same import again: it goes on, and nothing is"
        " done twice.",
        "outcome_unknown.in_doubt": "Repeat the command with --key {key} : it is done once in any"
        " case.",
        "outcome_unknown.move_unknown": "If it has, go on there: shop db status --db {to:shell}\n"
        "If there is no shop, let this one go on: shop db unretire",
        "outcome_unknown.no_key": "Look whether it has happened before doing it again.",
        "outcome_unknown.storefront_ended": "Learn it with: {look}",
        "outcome_unknown.storefront_ended_payment": "Learn it with: {look}\nDone once in any case,"
        " repeat it with: {again}",
        "outcome_unknown.storefront_ended_repeatable": "Done once in any case, repeat it with:"
        " {look}",
        "partly_done.held": "If this is the shop that the platform is to hear of: shop outbox"
        " resume",
        "partly_done.another_script_resumed": "Run what is not done yet as a script of its own,"
        " under another --resumable NAME.",
        "partly_done.lines_failed": "Run the mended lines as a script of their own.",
        "partly_done.no_endpoint": "Name one: {see}",
        "partly_done.no_rejects_file": "Run the import again with --rejects FILE: what is done is"
        " not done twice.",
        "partly_done.no_room_for_rows": "Free some space, or name another folder with TMPDIR, then"
        " run the same import again: nothing is done twice.",
        "partly_done.resumable_lines_failed": "Fix the lines where they stand and run the same"
        " command again.",
        "partly_done.rows_of_another_batch": "If this is another delivery or count, run: {again}",
        "partly_done.rows_rejected": "Fix them, then run: {again}",
        "partly_done.rows_rejected_elsewhere": "Fix them in the input and import it again: what is"
        " done is not done twice.",
        "partly_done.rows_rejected_by_batch": "Give another delivery or count another name with"
        " --batch. Fix the rows, then run: {again}",
        "partly_done.rows_rejected_by_number": "Keys that only number the rows of their file are"
        " told apart by --key-prefix P. Fix the rows, then run: {again}",
        "partly_done.rows_would_be_rejected": "Fix them before the real run, or let it skip them.",
        "partly_done.rows_would_be_rejected_by_number": "Fix them before the real run, or let it"
        " skip them. Keys that only number the rows of their file are told apart by --key-prefix"
        " P.",
        "partly_done.troubles": "See: {see}",
        "partly_done.stopped": "If it takes events again: shop outbox resume",
        "partly_done.usage": "See: {see}",
        "product_exists": "See: shop product show {sku:word}",
        "product_exists.other_fields": "Change it with --on-existing update, or leave it with"
        " --on-existing skip.",
        "product_off_sale": "See what is: shop products",
        "read_only.import_ended": "{advice} Then run the same import again: it goes on, and"
        " nothing is done twice.",
        "read_only.no_permission": "Ask its owner for read and write permission for the file and"
        " its folder.",
        "read_only.no_write_permission": "Give your login write permission for the file and its"
        " folder, or use another --db.",
        "read_only.retired": "Go on there: --db {to:shell}. If the move was cut short, take it"
        " back: shop db unretire",
        "read_only.stand_by": "Use the address of the primary server.",
        "schema_new": "Install the release that made it, or a newer one.",
        "schema_old.renamed": "Make them anew: shop db upgrade",
        "schema_old": "Make a backup and upgrade: shop db upgrade --backup FILE; of a server by"
        " pg_dump, then: shop db upgrade",
        "invalid_input.backup_of_old_server": "Use pg_dump, then: shop db upgrade",
        "total_changed": "Look at it with --dry-run, or say what you expect now: --expect"
        " {total:amount}",
        "invalid_input.no_look": "Look first: shop close --dry-run",
        "invalid_input.no_receipt": "Look first: shop receipt ORDER",
        "total_changed.refund": "Look at it again: shop receipt {order}",
        "total_changed.events": "Look at them again: shop outbox list",
        "total_changed.close": "Look at it again: shop close --dry-run",
        "total_changed.price": "Look at it again: shop product show {sku}",
        "total_changed.stock": "Look at it again: shop product show {sku}",
        "total_changed.on_sale": "Look at it again: shop product show {sku}",
        "total_changed.limit": "Look at it again: shop coupon show {coupon}",
        "total_changed.disabled": "Look at it again: shop coupon show {coupon}",
        "total_changed.state": "Look at them again: shop user show {user}",
        "total_changed.event": "Look at it again: shop outbox show {event}",
        "total_changed.halt": "Look at it again: shop outbox status",
        "unknown_coupon": "See all: shop coupon list",
        "unknown_coupon.new_needs_more": "Fix the code, or fill them in.",
        "nothing_to_close": "To keep what was counted all the same: shop close --counted AMOUNT",
        "shop_exists": "Name the address of an empty database, or of a file that is not there yet.",
        "shop_exists.itself": "Name the address of another database, with nothing in it yet.",
        "shop_exists.unretire_beside": "Go on there: --db {database:shell}. If both are to be"
        " changed from now on, each with sales of its own, add: --yes",
        "unknown_closing": "See all: shop closing list",
        "unknown_entry": "See: shop history {user:--user}",
        "unknown_entry.of_nobody": "See: shop user list",
        "unknown_entry.drawer": "See all: shop cash list",
        "unknown_event": "See all: shop outbox list",
        "unknown_order": "See yours: shop orders",
        "unknown_order.key": "One that was sent a moment ago may still be made. Order with --key"
        " {key} : it is done once in any case.",
        "unknown_order.own_key": "Order with --key {key} again; refused, take another key.",
        "unknown_order.no_user": "See all: shop orders --all",
        "unknown_product": "See all: shop products",
        "unknown_product.barcode": "Name it by its SKU: {sku}",
        "unknown_product.new_needs_more": "Fix the SKU, or fill in name and price.",
        "unknown_product.quantity_apart": "A quantity follows a colon: shop order {line}",
        "unknown_user": "Add one: shop user add {user:word}",
        "user_blocked": "Unblock first: shop user set --active {user:word}",
        "user_closed": "Reopen first: shop user set --active {user:word}",
        "user_exists": "See: shop user show {user:word}",
        "user_exists.other_name": "Rename with --on-existing update, or leave as it is with"
        " --on-existing skip.",
        "verify_failed.copied_faults": "See: shop verify",
        "verify_failed.copy_differs": "Nothing was left there. Try again; should it come out so"
        " again, tell whoever looks after the shop.",
        "verify_failed.row_refused": "Nothing was left there. See what is wrong with the shop: shop"
        " verify",
        "invalid_input.backup_exists": "Give another name, or replace it with --force.",
        "invalid_input.upgrade_backup_name": "Braces stand for the time of the backup, in its name"
        " only: shop db upgrade --backup {example:word}",
        "invalid_input.upgrade_backup_exists": "Give the backup another name.",
        "invalid_input.backup_to_output": "Name a file: shop db backup FILE",
        "invalid_input.backup_to_server": "Name a file: shop db backup FILE",
        "invalid_input.restore_from_server": "To move a shop: shop db copy ADDRESS",
        "invalid_input.no_backup": "Name the file of a backup: shop db restore FILE",
        "invalid_input.restore_from_itself": "Name the shop to restore with --db.",
        "invalid_input.other_ending": "Look at it with: shop doctor",
        "shop_exists.restore_over_other": "Name an empty database, or a new file, with --db.",
        "shop_exists.restore_over": "If that is meant, add: --yes",
        "not_a_shop.empty_backup": "Name the file of a backup: shop db restore FILE",
        "verify_failed.backup_differs": "Nothing was left or changed. Try again; should it come"
        " out so again, see: shop verify",
        "verify_failed.changed_backup": "Nothing was changed. Take another backup; or, if it was"
        " used as a shop, make a backup of what it is now: shop db backup FILE --db {file:shell}",
        "verify_failed.damaged_backup": "Take an older backup; nothing was changed.",
        "invalid_input.no_folder": "If it is on a disk of its own, see that this is mounted; else"
        " make it: mkdir -p {folder:shell}",
        "invalid_input.no_such_place": "Name a file in a folder that is there.",
        "invalid_input.no_file_to_replace": "Name a file: shop db backup FILE",
        "read_only.no_write_permission_there": "Give your login write permission for its folder,"
        " or name another one.",
        "invalid_input.keep_none": "To keep all, leave --keep out.",
        "invalid_input.keep_undated": "Name each by its day: shop db backup {example:word}",
        "shop_exists.backup_onto_shop": "Give the backup another name.",
        "shop_exists.backup_onto_other": "Give the backup another name.",
        "busy.holds_up": "Make the backup while nobody sells, by copying the file.",
        "verify_failed.damaged_source": "Older backups are kept. Restore the newest: shop db"
        " restore FILE --db ADDRESS",
        "verify_failed.backed_up_faults": "See what is wrong: shop verify",
        "verify_failed": "Keep a copy of the database, then mend it with further entries, never"
        " by editing.",
    }
)
"""Advice by code, or by code and reason; `{advice}` is the advice on the causing error."""

TYPE_WHAT_WAS_MEANT = "Type {meant}."
"""Advice if the error's details hold the corrected value (`meant`)."""
