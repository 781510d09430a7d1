"""Search on Elasticsearch.

What the index is (`blueprint`), what is in it (`documents`), which one serves (`versions`), how it is asked
(`questions`), and the adapter that puts these together (`index`).
"""
