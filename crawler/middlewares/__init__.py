"""The policies, as Scrapy middlewares."""
