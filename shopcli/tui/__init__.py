"""The storefront, full screen: asks the engine in threads, shows records, decides nothing."""
