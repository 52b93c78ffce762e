"""The schema: tables, migrations, triggers, and what is compared with them."""
