namespace Varai.PostgreSql.Data.Restore;

/// <summary>What is asked of the target.</summary>
internal static class TargetQueries
{
    // Views, keys, defaults and whatever else of other schemas that a DROP ... CASCADE would take along.
    public const string Outside = """
        WITH inside AS (
            SELECT 'pg_class'::regclass AS class, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY($1))
        SELECT DISTINCT pg_describe_object(x.classid, x.objid, x.objsubid) FROM (
            SELECT d.classid, d.objid, d.objsubid, coalesce(
                (SELECT c.relnamespace FROM pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid),
                (SELECT p.pronamespace FROM pg_proc p WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid),
                (SELECT t.typnamespace FROM pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid),
                (SELECT k.connamespace FROM pg_constraint k WHERE d.classid = 'pg_constraint'::regclass AND k.oid = d.objid),
                (SELECT c.relnamespace FROM pg_attrdef a JOIN pg_class c ON c.oid = a.adrelid WHERE d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid),
                (SELECT c.relnamespace FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid),
                (SELECT c.relnamespace FROM pg_policy r JOIN pg_class c ON c.oid = r.polrelid WHERE d.classid = 'pg_policy'::regclass AND r.oid = d.objid),
                (SELECT c.relnamespace FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE d.classid = 'pg_trigger'::regclass AND t.oid = d.objid)) AS namespace
            FROM pg_depend d JOIN inside i ON i.class = d.refclassid AND i.oid = d.refobjid
            WHERE d.deptype IN ('n', 'a') AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = i.class AND e.objid = i.oid AND e.deptype = 'e')) AS x
        JOIN pg_namespace n ON n.oid = x.namespace WHERE n.nspname <> ALL($1) AND n.nspname NOT LIKE 'pg\_toast%'
        ORDER BY 1
        """;

    // What goes with the old tables and is the target's own.
    public const string Lost = """
        SELECT format('The table %s was part of the publication %I; the new one is not.', r.prrelid::regclass, p.pubname)
            FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)
        UNION ALL SELECT DISTINCT format('The default privileges of the schema %I went with it.', n.nspname) FROM pg_default_acl a JOIN pg_namespace n ON n.oid = a.defaclnamespace WHERE n.nspname = ANY($1)
        ORDER BY 1
        """;

    /// <summary>Statements that put staged large objects in the place of those that are there.</summary>
    public static IEnumerable<string> ReplaceLargeObjects(string staged) =>
    [
        "SELECT count(lo_unlink(oid)) FROM pg_catalog.pg_largeobject_metadata",
        $"SELECT count(lo_create(loid)) FROM (SELECT DISTINCT loid FROM {staged}) AS s",
        $"SELECT count(lo_put(loid, pageno::bigint * 2048, data)::text) FROM {staged} WHERE octet_length(data) > 0",
    ];
}
