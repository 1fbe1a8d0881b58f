"""Turns an archive of pages into a published dataset; knows no Scrapy.

The name means data pipelines, not Scrapy's item pipelines (the one of those is
`crawler.archiver`). Read `pipelines.recipe` first: it lists the stages in order.
"""
