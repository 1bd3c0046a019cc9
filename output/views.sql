-- content: the text of each document without its boilerplate, in order. Blocks
-- that follow each other keep the white space between them; where boilerplate
-- was between them, a line feed stands for it.
CREATE OR REPLACE VIEW content AS
WITH kept AS (
  SELECT document_id, block_index, start_char, end_char,
    lag(end_char) OVER (PARTITION BY document_id ORDER BY block_index) AS previous_end
  FROM blocks
  WHERE NOT in_boilerplate
), pieces AS (
  SELECT document_id, block_index,
    substring(documents.text, previous_end + 1, start_char - previous_end) AS gap,
    substring(documents.text, start_char + 1, end_char - start_char) AS piece
  FROM kept JOIN documents USING (document_id)
), joined AS (
  SELECT document_id,
    string_agg(CASE WHEN gap IS NULL THEN '' WHEN trim(gap, E' \t\n' || chr(160)) = '' THEN gap ELSE E'\n' END || piece,
      '' ORDER BY block_index) AS content
  FROM pieces
  GROUP BY document_id
)
SELECT document_id, documents.site, documents.url, documents.title, documents.language, documents.published_date,
  documents.duplicate_of, documents.near_duplicate_of, coalesce(joined.content, '') AS content
FROM documents LEFT JOIN joined USING (document_id);

-- mentions_with_entities: each mention with the entity that it means and the
-- document that it stands in.
CREATE OR REPLACE VIEW mentions_with_entities AS
SELECT m.document_id, m.mention_index, m.type, m.surface, m.norm, m.entity_id,
  coalesce(o.name, p.name, r.resolution_id, t.date_id, l.name) AS entity_name,
  m.confidence, m.rule, m.in_boilerplate, m.start_char, m.end_char,
  o.kind AS organization_kind, o.wikidata_id,
  r.body, r.year AS resolution_year, r.url_en, r.url_fr,
  t.start_date, t.end_date, t.precision AS date_precision,
  l.country_code,
  d.site, d.url, d.title, d.language, d.published_date
FROM mentions m
JOIN documents d USING (document_id)
LEFT JOIN organizations o ON m.type = 'ORG' AND m.entity_id = o.organization_id
LEFT JOIN people p ON m.type = 'PER' AND m.entity_id = p.person_id
LEFT JOIN resolutions r ON m.type = 'RES' AND m.entity_id = r.resolution_id
LEFT JOIN dates t ON m.type = 'DATE' AND m.entity_id = t.date_id
LEFT JOIN places l ON m.type = 'LOC' AND m.entity_id = l.place_id;

-- people_with_roles: who is said to be what, where, and in which document.
CREATE OR REPLACE VIEW people_with_roles AS
SELECT p.person_id, p.name AS person, x.role, x.organization_id, o.name AS organization,
  x.document_id, x.mention_index, d.title, d.url, d.published_date
FROM roles x
JOIN people p USING (person_id)
JOIN documents d USING (document_id)
LEFT JOIN organizations o USING (organization_id);

-- citation_graph: an edge from each document to each resolution that it cites,
-- with the number of places and the paragraphs pointed to. References by
-- description ("the said resolution") are left out.
CREATE OR REPLACE VIEW citation_graph AS
SELECT c.document_id, d.title, d.published_date, c.resolution_id, r.kind, r.body, r.year,
  count(DISTINCT c.mention_index) AS citation_count,
  list_sort(list(DISTINCT c.paragraph) FILTER (c.paragraph IS NOT NULL)) AS paragraphs
FROM citations c
JOIN documents d USING (document_id)
JOIN resolutions r USING (resolution_id)
WHERE c.form = 'number'
GROUP BY ALL;

-- co_mentions: pairs of organizations that stand in the same documents, outside
-- boilerplate. A copy of a document does not count again.
CREATE OR REPLACE VIEW co_mentions AS
WITH named AS (
  SELECT DISTINCT m.document_id, m.entity_id
  FROM mentions m JOIN documents d USING (document_id)
  WHERE m.type = 'ORG' AND NOT m.in_boilerplate AND d.duplicate_of IS NULL
), pairs AS (
  SELECT a.entity_id AS organization_a, b.entity_id AS organization_b, count(*) AS document_count
  FROM named a JOIN named b ON a.document_id = b.document_id AND a.entity_id < b.entity_id
  GROUP BY ALL
)
SELECT organization_a, x.name AS name_a, organization_b, y.name AS name_b, pairs.document_count
FROM pairs
JOIN organizations x ON x.organization_id = organization_a
JOIN organizations y ON y.organization_id = organization_b;

-- mentions_by_month: how often an entity is mentioned outside boilerplate, by
-- the month in which the documents were published. Documents whose month is not
-- known, and copies, are left out.
CREATE OR REPLACE VIEW mentions_by_month AS
SELECT try_cast(m.published_date[:7] || '-01' AS DATE) AS publication_month, m.type, m.entity_id, any_value(m.entity_name) AS entity_name,
  count(*) AS mention_count, count(DISTINCT m.document_id) AS document_count
FROM mentions_with_entities m JOIN documents d USING (document_id)
WHERE NOT m.in_boilerplate AND d.duplicate_of IS NULL AND publication_month IS NOT NULL
GROUP BY publication_month, m.type, m.entity_id;

-- boilerplate_share: how much of the text of each site is boilerplate.
CREATE OR REPLACE VIEW boilerplate_share AS
WITH lengths AS (
  SELECT d.site, b.document_id, b.end_char - b.start_char AS length, b.in_boilerplate
  FROM blocks b JOIN documents d USING (document_id)
), sums AS (
  SELECT site, count(DISTINCT document_id) AS document_count, sum(length)::BIGINT AS char_count,
    coalesce(sum(length) FILTER (in_boilerplate), 0)::BIGINT AS boilerplate_char_count
  FROM lengths
  GROUP BY site
)
SELECT site, document_count, char_count, boilerplate_char_count, round(boilerplate_char_count / char_count, 4) AS boilerplate_share
FROM sums;

-- counts_without_copies: how often an entity is mentioned outside boilerplate,
-- where a text that several documents carry counts once: those that are copies
-- of another one, or nearly so, are left out.
CREATE OR REPLACE VIEW counts_without_copies AS
SELECT m.type, m.entity_id, any_value(m.entity_name) AS entity_name,
  count(*) AS mention_count, count(DISTINCT m.document_id) AS document_count
FROM mentions_with_entities m JOIN documents d USING (document_id)
WHERE NOT m.in_boilerplate AND d.duplicate_of IS NULL AND d.near_duplicate_of IS NULL
GROUP BY m.type, m.entity_id;
