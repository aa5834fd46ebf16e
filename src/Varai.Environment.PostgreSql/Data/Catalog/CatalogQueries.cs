namespace Varai.PostgreSql.Data.Catalog;

/// <summary>What is asked of the catalog. $1 are the schemas; all columns are text.</summary>
internal static class CatalogQueries
{
    public const string Relations = """
        SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text, c.relpersistence::text, c.relreplident::text,
            c.relrowsecurity::text, c.relforcerowsecurity::text,
            (SELECT string_agg(o.setting, ', ') FROM (
                SELECT quote_ident(option_name) || '=' || quote_literal(option_value) AS setting FROM pg_options_to_table(c.reloptions)
                UNION ALL SELECT 'toast.' || quote_ident(option_name) || '=' || quote_literal(option_value) FROM pg_class t, pg_options_to_table(t.reloptions) WHERE t.oid = c.reltoastrelid) AS o),
            CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, c.relispopulated::text,
            (c.reloftype <> 0)::text, (c.relkind IN ('p', 'f') OR c.relispartition OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid OR i.inhparent = c.oid))::text,
            CASE WHEN c.relkind IN ('r', 'm') THEN pg_table_size(c.oid)::text ELSE '0' END,
            (SELECT amname::text FROM pg_am WHERE oid = c.relam)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'v', 'm', 'S', 'p', 'f', 'c')
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
        ORDER BY n.nspname, c.relname
        """;

    public const string Columns = """
        SELECT a.attrelid::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.atttypid::text, a.atttypmod::text, a.attnotnull::text,
            a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid), d.oid::text,
            CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN (SELECT format('%I.%I', cn.nspname, co.collname) FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END,
            CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END, to_jsonb(a) ->> 'attcompression', coalesce(to_jsonb(a) ->> 'attstattarget', '-1'),
            (SELECT string_agg(quote_ident(option_name) || '=' || quote_literal(option_value), ', ') FROM pg_options_to_table(a.attoptions)),
            (SELECT format('SEQUENCE NAME %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s', s.seqrelid::regclass, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
                FROM pg_depend i JOIN pg_sequence s ON s.seqrelid = i.objid
                WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.deptype = 'i')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE (n.nspname = ANY($1) OR c.relkind = 'c') AND c.relkind IN ('r', 'v', 'm', 'c') AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attrelid, a.attnum
        """;

    public const string Types = """
        SELECT t.oid::text, n.nspname::text, t.typname::text, t.typtype::text, t.typbasetype::text, t.typtypmod::text,
            CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem::text ELSE '0' END, t.typrelid::text,
            coalesce((SELECT r.rngsubtype::text FROM pg_range r WHERE t.oid = r.rngtypid OR t.oid::text = to_jsonb(r) ->> 'rngmultitypid'), '0'),
            coalesce((SELECT r.rngtypid::text FROM pg_range r WHERE t.oid::text = to_jsonb(r) ->> 'rngmultitypid'), '0')
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        """;

    // The statement that makes an enum, a domain or a range.
    public const string TypeDefinitions = """
        SELECT t.oid::text, format('%I.%I', n.nspname, t.typname), t.typtype::text,
            CASE t.typtype
            WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname, (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
            WHEN 'd' THEN format('CREATE DOMAIN %I.%I AS %s%s%s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
                (SELECT format(' COLLATE %I.%I', cn.nspname, co.collname) FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = t.typcollation AND t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)),
                CASE WHEN t.typdefault IS NOT NULL THEN ' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) END, CASE WHEN t.typnotnull THEN ' NOT NULL' END)
            WHEN 'r' THEN (SELECT format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s%s%s%s)', n.nspname, t.typname, format_type(r.rngsubtype, NULL),
                (SELECT format(', SUBTYPE_OPCLASS = %I.%I', onn.nspname, oc.opcname) FROM pg_opclass oc JOIN pg_namespace onn ON onn.oid = oc.opcnamespace WHERE oc.oid = r.rngsubopc AND NOT oc.opcdefault),
                CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::regproc END,
                (SELECT format(', MULTIRANGE_TYPE_NAME = %I.%I', mn.nspname, m.typname) FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid::text = to_jsonb(r) ->> 'rngmultitypid'))
                FROM pg_range r WHERE r.rngtypid = t.oid AND r.rngcanonical = 0)
            END
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE n.nspname = ANY($1) AND (t.typtype IN ('e', 'd', 'r', 'p') OR (t.typtype = 'b' AND NOT (t.typcategory = 'A' AND t.typelem <> 0)))
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
        ORDER BY n.nspname, t.typname
        """;

    public const string Functions = """
        SELECT p.oid::text, p.oid::regprocedure::text, CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = ANY($1) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
        ORDER BY n.nspname, p.proname, p.oid::regprocedure::text
        """;

    public const string Sequences = """
        SELECT s.seqrelid::text, format('%I.%I', n.nspname, c.relname),
            format('AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s', format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END),
            d.deptype::text, d.refobjid::text, (SELECT format('%s.%I', d.refobjid::regclass, a.attname) FROM pg_attribute a WHERE a.attrelid = d.refobjid AND a.attnum = d.refobjsubid)
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
        WHERE n.nspname = ANY($1) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
        ORDER BY n.nspname, c.relname
        """;

    public const string Constraints = """
        SELECT k.oid::text, k.conname::text, k.contype::text, k.conrelid::text, k.contypid::text, k.convalidated::text, pg_get_constraintdef(k.oid), k.confrelid::text,
            (SELECT json_agg(a.attname ORDER BY u.n)::text FROM unnest(k.conkey) WITH ORDINALITY u (num, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num),
            (SELECT json_agg(a.attname ORDER BY u.n)::text FROM unnest(k.confkey) WITH ORDINALITY u (num, n) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num),
            CASE WHEN k.contype = 'f' THEN (SELECT format('FOREIGN KEY (%s) REFERENCES %s', string_agg(quote_ident(a.attname), ', ' ORDER BY u.n), k.confrelid::regclass) FROM unnest(k.conkey) WITH ORDINALITY u (num, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num) END,
            CASE WHEN k.conrelid <> 0 THEN k.conrelid::regclass::text ELSE format_type(k.contypid, NULL) END, fn.nspname::text, fc.relname::text
        FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace LEFT JOIN pg_class fc ON fc.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = fc.relnamespace
        WHERE n.nspname = ANY($1) AND k.contype IN ('p', 'u', 'x', 'f', 'c')
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = k.contypid AND e.deptype = 'e')
        ORDER BY k.conrelid::regclass::text, k.conname
        """;

    public const string Indexes = """
        SELECT i.indexrelid::text, i.indrelid::text, c.relname::text, i.indisunique::text, pg_get_indexdef(i.indexrelid),
            format('CREATE %sINDEX %I ON %s ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, c.relname, i.indrelid::regclass),
            (SELECT k.oid::text FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = i.indrelid),
            i.indisclustered::text, i.indisreplident::text, (i.indisvalid AND i.indisready)::text, format('%I', c.relname), i.indrelid::regclass::text, n.nspname::text, t.relname::text
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = ANY($1) AND t.relkind IN ('r', 'm')
        ORDER BY n.nspname, c.relname
        """;

    public const string Dependencies = """
        SELECT DISTINCT d.classid::regclass::text, d.objid::text, d.refclassid::regclass::text, d.refobjid::text
        FROM pg_depend d WHERE d.deptype IN ('n', 'a', 'i') AND d.objid >= 16384 AND d.refobjid >= 16384 AND (d.classid, d.objid) <> (d.refclassid, d.refobjid)
        """;

    // What can be named by text in these schemas, besides relations.
    public const string LocalObjects = """
        SELECT 'pg_proc', p.oid::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY($1)
        UNION ALL SELECT 'pg_operator', o.oid::text FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE n.nspname = ANY($1)
        UNION ALL SELECT 'pg_opclass', o.oid::text FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE n.nspname = ANY($1)
        UNION ALL SELECT 'pg_type', t.oid::text FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ANY($1)
        UNION ALL SELECT 'pg_collation', c.oid::text FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE n.nspname = ANY($1)
        """;

    public const string Extensions = """
        SELECT DISTINCT e.extname::text, n.nspname::text
        FROM pg_depend d JOIN pg_depend m ON m.classid = d.refclassid AND m.objid = d.refobjid AND m.deptype = 'e'
            JOIN pg_extension e ON e.oid = m.refobjid AND m.refclassid = 'pg_extension'::regclass JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE d.deptype <> 'e' AND NOT EXISTS (SELECT FROM pg_depend s WHERE s.classid = d.classid AND s.objid = d.objid AND s.deptype = 'e')
            AND coalesce(
                (SELECT c.relnamespace FROM pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid),
                (SELECT p.pronamespace FROM pg_proc p WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid),
                (SELECT t.typnamespace FROM pg_type t WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid),
                (SELECT k.connamespace FROM pg_constraint k WHERE d.classid = 'pg_constraint'::regclass AND k.oid = d.objid),
                (SELECT c.relnamespace FROM pg_attrdef a JOIN pg_class c ON c.oid = a.adrelid WHERE d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid),
                (SELECT c.relnamespace FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid),
                (SELECT c.relnamespace FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE d.classid = 'pg_trigger'::regclass AND t.oid = d.objid))
                IN (SELECT oid FROM pg_namespace WHERE nspname = ANY($1))
        """;

    // What this version does not carry; each is named.
    public const string Unsupported = """
        SELECT x.what FROM (
            SELECT 'operator ' || o.oid::regoperator AS what, 'pg_operator'::regclass::oid AS class, o.oid FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'operator class ' || o.opcname, 'pg_opclass'::regclass, o.oid FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'operator family ' || o.opfname, 'pg_opfamily'::regclass, o.oid FROM pg_opfamily o JOIN pg_namespace n ON n.oid = o.opfnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'collation ' || c.collname, 'pg_collation'::regclass, c.oid FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'conversion ' || c.conname, 'pg_conversion'::regclass, c.oid FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'text search configuration ' || c.cfgname, 'pg_ts_config'::regclass, c.oid FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'text search dictionary ' || c.dictname, 'pg_ts_dict'::regclass, c.oid FROM pg_ts_dict c JOIN pg_namespace n ON n.oid = c.dictnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'text search parser ' || c.prsname, 'pg_ts_parser'::regclass, c.oid FROM pg_ts_parser c JOIN pg_namespace n ON n.oid = c.prsnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'text search template ' || c.tmplname, 'pg_ts_template'::regclass, c.oid FROM pg_ts_template c JOIN pg_namespace n ON n.oid = c.tmplnamespace WHERE n.nspname = ANY($1)
            UNION ALL SELECT 'cast from ' || format_type(c.castsource, NULL) || ' to ' || format_type(c.casttarget, NULL), 'pg_cast'::regclass, c.oid FROM pg_cast c
                WHERE c.oid >= 16384 AND EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (c.castsource, c.casttarget) AND n.nspname = ANY($1))
            ) AS x
        WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = x.class AND e.objid = x.oid AND e.deptype = 'e')
            AND NOT EXISTS (SELECT FROM pg_depend e JOIN pg_type t ON t.oid = e.refobjid WHERE e.classid = x.class AND e.objid = x.oid AND e.deptype IN ('i') AND e.refclassid = 'pg_type'::regclass)
        ORDER BY x.what
        """;

    // Statements for what rests on a relation, by the relation; in the order in which they are run.
    public const string Parts = """
        SELECT r.ev_class::text, 'rule ' || quote_ident(r.rulename), pg_get_ruledef(r.oid), '1',
            CASE r.ev_enabled WHEN 'D' THEN format('ALTER TABLE %s DISABLE RULE %I', r.ev_class::regclass, r.rulename) WHEN 'A' THEN format('ALTER TABLE %s ENABLE ALWAYS RULE %I', r.ev_class::regclass, r.rulename) WHEN 'R' THEN format('ALTER TABLE %s ENABLE REPLICA RULE %I', r.ev_class::regclass, r.rulename) END
            FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND r.rulename <> '_RETURN'
        UNION ALL SELECT t.tgrelid::text, 'trigger ' || quote_ident(t.tgname), pg_get_triggerdef(t.oid), '2',
            CASE t.tgenabled WHEN 'D' THEN format('ALTER TABLE %s DISABLE TRIGGER %I', t.tgrelid::regclass, t.tgname) WHEN 'A' THEN format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.tgrelid::regclass, t.tgname) WHEN 'R' THEN format('ALTER TABLE %s ENABLE REPLICA TRIGGER %I', t.tgrelid::regclass, t.tgname) END
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND NOT t.tgisinternal
        UNION ALL SELECT p.polrelid::text, 'policy ' || quote_ident(p.polname), format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, p.polrelid::regclass,
            CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            (SELECT string_agg(CASE WHEN u.o = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(u.o)) END, ', ') FROM unnest(p.polroles) u (o)), ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'), '3', NULL
            FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)
        UNION ALL SELECT s.stxrelid::text, 'statistics ' || quote_ident(s.stxname), pg_get_statisticsobjdef(s.oid), '4',
            CASE WHEN coalesce(to_jsonb(s) ->> 'stxstattarget', '-1') <> '-1' THEN format('ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, to_jsonb(s) ->> 'stxstattarget') END
            FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE n.nspname = ANY($1)
        ORDER BY 4, 1, 2
        """;

    public const string Comments = """
        SELECT coalesce(
                (SELECT c.oid FROM pg_class c WHERE d.classoid = 'pg_class'::regclass AND c.oid = d.objoid AND c.relkind <> 'i'), (SELECT i.indrelid FROM pg_index i WHERE d.classoid = 'pg_class'::regclass AND i.indexrelid = d.objoid),
                k.conrelid, r.ev_class, t.tgrelid, p.polrelid, s.stxrelid, 0)::text,
            d.classoid::regclass::text, d.objoid::text, i.type, i.identity, d.description, coalesce(k.contypid, 0)::text
        FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
            LEFT JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
            LEFT JOIN pg_rewrite r ON d.classoid = 'pg_rewrite'::regclass AND r.oid = d.objoid
            LEFT JOIN pg_trigger t ON d.classoid = 'pg_trigger'::regclass AND t.oid = d.objoid
            LEFT JOIN pg_policy p ON d.classoid = 'pg_policy'::regclass AND p.oid = d.objoid
            LEFT JOIN pg_statistic_ext s ON d.classoid = 'pg_statistic_ext'::regclass AND s.oid = d.objoid
            LEFT JOIN pg_class rel ON rel.oid = coalesce(nullif(k.conrelid, 0), r.ev_class, t.tgrelid, p.polrelid)
            LEFT JOIN pg_namespace n ON n.oid = coalesce(rel.relnamespace, k.connamespace)
        WHERE d.objoid >= 16384 AND (i.schema IN (SELECT quote_ident(u) FROM unnest($1) u) OR n.nspname = ANY($1))
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
        ORDER BY i.type, i.identity
        """;

    // Grants to others than the owner; a right taken from everybody is one too.
    public const string Grants = """
        SELECT o.class, o.oid::text, o.kind, o.identity, CASE WHEN x.grantee = 0 THEN NULL ELSE quote_ident(pg_get_userbyid(x.grantee)) END, string_agg(x.privilege_type || o.columns, ', ' ORDER BY x.privilege_type), x.is_grantable::text,
            CASE WHEN x.grantee = 0 THEN NULL ELSE pg_get_userbyid(x.grantee)::text END
        FROM (
            SELECT 'pg_class' AS class, c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, c.oid::regclass::text AS identity, c.relacl AS acl, c.relowner AS owner, c.relnamespace AS ns, '' AS columns FROM pg_class c WHERE c.relkind IN ('r', 'v', 'm', 'S')
            UNION ALL SELECT 'pg_class', c.oid, 'TABLE', c.oid::regclass::text, a.attacl, c.relowner, c.relnamespace, ' (' || quote_ident(a.attname) || ')' FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
            UNION ALL SELECT 'pg_proc', p.oid, 'ROUTINE', p.oid::regprocedure::text, p.proacl, p.proowner, p.pronamespace, '' FROM pg_proc p
            UNION ALL SELECT 'pg_type', t.oid, CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, format_type(t.oid, NULL), t.typacl, t.typowner, t.typnamespace, '' FROM pg_type t
            UNION ALL SELECT 'pg_namespace', n.oid, 'SCHEMA', quote_ident(n.nspname), n.nspacl, n.nspowner, n.oid, '' FROM pg_namespace n
            ) AS o JOIN pg_namespace s ON s.oid = o.ns CROSS JOIN LATERAL aclexplode(o.acl) AS x
        WHERE s.nspname = ANY($1) AND o.acl IS NOT NULL AND x.grantee <> o.owner
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid::regclass::text = o.class AND e.objid = o.oid AND e.deptype = 'e')
        GROUP BY o.class, o.oid, o.kind, o.identity, x.grantee, x.is_grantable, o.columns
        ORDER BY 1, 4, 5, 7
        """;

    public const string TakenFromEverybody = """
        SELECT 'pg_proc', p.oid::text, 'ROUTINE ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY($1) AND p.proacl IS NOT NULL
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
        UNION ALL SELECT 'pg_type', t.oid::text, CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || format_type(t.oid, NULL) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ANY($1) AND t.typacl IS NOT NULL
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
        ORDER BY 1, 3
        """;

    // What can have rights and an owner, with the statement that gives it to its owner where that is somebody else.
    public const string Owned = """
        SELECT o.object, CASE WHEN o.owner <> current_user::regrole AND pg_has_role(o.owner, 'MEMBER') THEN format('ALTER %s OWNER TO %I', o.object, pg_get_userbyid(o.owner)) END
        FROM (
            SELECT 'pg_class'::regclass AS class, c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass AS object, c.relowner AS owner, c.relnamespace AS ns FROM pg_class c WHERE c.relkind IN ('r', 'v', 'm')
                OR (c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0))
            UNION ALL SELECT 'pg_proc'::regclass, p.oid, 'ROUTINE ' || p.oid::regprocedure, p.proowner, p.pronamespace FROM pg_proc p WHERE p.prokind <> 'a'
            UNION ALL SELECT 'pg_type'::regclass, t.oid, CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || format_type(t.oid, NULL), t.typowner, t.typnamespace FROM pg_type t WHERE t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
            UNION ALL SELECT 'pg_class'::regclass, c.oid, 'SEQUENCE ' || c.oid::regclass, current_user::regrole, c.relnamespace FROM pg_class c
                WHERE c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
            ) AS o JOIN pg_namespace n ON n.oid = o.ns
        WHERE n.nspname = ANY($1) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')
        ORDER BY 1
        """;
}
