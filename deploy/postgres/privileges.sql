-- What every database of ours has from the start: run by a superuser, in template1 and in each existing database.
-- The roles are made before it: helpdesk_owner owns everything and runs migrations; helpdesk_app is the app's.
-- Databases created from template1 (the tests' among them) inherit all of this.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS unaccent;

ALTER SCHEMA public OWNER TO helpdesk_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO helpdesk_app;

ALTER DEFAULT PRIVILEGES FOR ROLE helpdesk_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO helpdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE helpdesk_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO helpdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE helpdesk_owner IN SCHEMA public
    GRANT EXECUTE ON FUNCTIONS TO helpdesk_app;

-- Under row-level security a condition may use an index only if its function is known to tell nothing of the rows
-- that it is shown. `tsvector @@ tsquery` tells none and cannot fail, but is not marked so. With the mark the search
-- uses its index; without it the search is as right, and slow for whoever serves many organisations (ADR 12).
ALTER FUNCTION ts_match_vq(tsvector, tsquery) LEAKPROOF;
