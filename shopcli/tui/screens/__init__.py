"""The storefront's screens, one a file; a screen asks by `app.ask` and never waits."""
