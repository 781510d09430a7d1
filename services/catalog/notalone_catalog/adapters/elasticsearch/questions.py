"""Questions in the query language of Elasticsearch, and its answers."""

from __future__ import annotations

from typing import Any

from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import Audience
from notalone_kernel import text
from notalone_kernel.hours import JAPAN

from notalone_catalog.adapters.elasticsearch.documents import WHOLE_COUNTRY, entry_of
from notalone_catalog.domain.wording import FIELDS, AskedWord, Wording, telling, typed
from notalone_catalog.ports import Found, Hit, Question

Body = dict[str, Any]

# An exact run of characters against its scattered parts, as in the embedded index.
PHRASE_BOOST = 4.0
OTHER_FIELDS = 0.3
SYNONYM = 0.5
# Where words are also looked for as the dictionary and, for other scripts, ICU cut them.
DICTIONARY = ("name", "alias", "summary", "name.world", "summary.world")
# How much of a longer word's terms a text must have.
ENOUGH = "2<50%"
# As far as anybody pages; also how far results are counted exactly.
COUNTED = 10_000
MOST_NEEDS = 500
# Letters that stand in no text, round what matched.
BEGIN, END = "\ue000", "\ue001"
MOST_LETTERS = 20


def search_body(question: Question, wording: Wording) -> Body | None:
    """The body of a search; None where the words have no letter to look for."""
    body: Body = {
        "from": question.offset,
        "size": question.limit,
        "_source": ["entry"],
        "track_total_hits": COUNTED,
        "query": {"bool": {"filter": filters(question)}},
        "aggs": {
            "topics": {"terms": {"field": "needs", "size": MOST_NEEDS}},
            "kinds": {"terms": {"field": "kind"}},
        },
    }
    if question.words is None:
        body["sort"] = _browsing_order(question.best_for)
        return body
    asked = wording.asked(question.words)
    if not asked:
        return None
    body["query"]["bool"]["must"] = [_words(question.words, asked)]
    body["sort"] = [{"_score": "desc"}, {"reading": "asc"}, {"id": "asc"}]
    body["highlight"] = _highlight(question.words)
    return body


def suggest_body(question: Question) -> Body | None:
    """The body of a search while somebody types; None where there is nothing to go by."""
    begun = typed(question.words or "")
    if not begun:
        return None
    first_letters = begun[:MOST_LETTERS]
    terms = text.bigrams(begun)
    tiers: list[Body] = [
        {"constant_score": {"filter": {"term": {"starts.name": first_letters}}, "boost": 3}},
        {"constant_score": {"filter": {"term": {"starts.other": first_letters}}, "boost": 2}},
    ]
    if terms:
        within: list[Body] = [{"match_phrase": {f"pairs.{field}": " ".join(terms)}} for field in ("name", "alias")]
        tiers.append({"constant_score": {"filter": {"bool": {"should": within}}, "boost": 1}})
    return {
        "from": question.offset,
        "size": question.limit,
        "_source": ["entry"],
        "track_total_hits": False,
        "query": {"bool": {"filter": filters(question), "must": [{"dis_max": {"queries": tiers}}]}},
        "sort": [{"_score": "desc"}, {"floor": "desc"}, {"reading": "asc"}, {"id": "asc"}],
    }


def filters(question: Question) -> list[Body]:
    """What narrows down before words count: nothing that is not shown today is ever found."""
    today = question.now.astimezone(JAPAN).date().isoformat()
    found: list[Body] = [{"term": {"shown": today}}]
    if question.topics:
        found.append({"terms": {"needs": sorted(question.topics)}})
    if question.audience:
        found.append({"term": {"audiences": Audience.Name(question.audience)}})
    if question.prefecture:
        found.append({"terms": {"prefectures": [question.prefecture[:2], WHOLE_COUNTRY]}})
    if question.kind:
        found.append({"term": {"kind": Programme.Kind.Name(question.kind)}})
    return found


def found(answer: Body) -> Found:
    """One page out of the answer to a search."""
    hits = [
        Hit(entry_of(hit["_source"]["entry"]), float(hit.get("_score") or 0), _matched(hit.get("highlight", {})))
        for hit in answer["hits"]["hits"]
    ]
    counts = {
        name: {bucket["key"]: bucket["doc_count"] for bucket in part["buckets"]}
        for name, part in answer.get("aggregations", {}).items()
    }
    total = answer["hits"].get("total", {}).get("value", len(hits))
    return Found(hits, total, counts.get("topics", {}), counts.get("kinds", {}))


def _words(words: str, asked: list[AskedWord]) -> Body:
    """Every word as the embedded index asks it; and all of them as the dictionary understands them."""
    dictionary = [
        {"match": {field: {"query": words, "boost": FIELDS[field.split(".")[0]], "minimum_should_match": ENOUGH}}}
        for field in DICTIONARY
    ]
    return {
        "bool": {
            "should": [
                *(_word(word) for word in asked),
                {"dis_max": {"queries": dictionary, "tie_breaker": OTHER_FIELDS}},
            ]
        }
    }


def _word(word: AskedWord) -> Body:
    queries = [_best_field([_written(field, word.terms) for field in FIELDS])]
    for terms, counts in word.others:
        queries.append(_best_field([_run(field, terms, SYNONYM * counts * boost) for field, boost in FIELDS.items()]))
    return queries[0] if len(queries) == 1 else _best_field(queries)


def _best_field(queries: list[Body]) -> Body:
    return {"dis_max": {"queries": queries, "tie_breaker": OTHER_FIELDS}}


def _written(field: str, terms: list[str]) -> Body:
    boost = FIELDS[field]
    scattered = " ".join(telling(terms))
    parts: list[Body] = [
        {"match": {f"pairs.{field}": {"query": scattered, "minimum_should_match": ENOUGH, "boost": boost}}}
    ]
    if len(terms) > 1:
        parts.append(_run(field, terms, boost * PHRASE_BOOST))
    return {"bool": {"should": parts}}


def _run(field: str, terms: list[str], boost: float) -> Body:
    return {"match_phrase": {f"pairs.{field}": {"query": " ".join(terms), "boost": boost}}}


def _browsing_order(best_for: str) -> list[Body]:
    by_name: list[Body] = [{"reading": "asc"}, {"id": "asc"}]
    if not best_for:
        return by_name
    weight: Body = {f"weight.{best_for}": {"order": "desc", "missing": 0, "unmapped_type": "float"}}
    return [weight, {"floor": "desc"}, *by_name]


def _highlight(words: str) -> Body:
    """Of the dictionary's words alone: runs of characters are marked by whoever shows the text."""
    return {
        "pre_tags": [BEGIN],
        "post_tags": [END],
        "number_of_fragments": 0,
        "highlight_query": {"multi_match": {"query": words, "fields": ["name", "summary"]}},
        "fields": {"name": {}, "summary": {}},
    }


def _matched(highlight: dict[str, list[str]]) -> frozenset[str]:
    """The pieces of text between the marks."""
    texts = [marked for marked_texts in highlight.values() for marked in marked_texts]
    return frozenset(piece.partition(END)[0] for marked in texts for piece in marked.split(BEGIN)[1:])
