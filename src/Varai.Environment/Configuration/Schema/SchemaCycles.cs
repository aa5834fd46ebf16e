namespace Varai.Configuration.Schema;

/// <summary>Finds schemas that apply themselves to the same value again, which would never end.</summary>
internal static class SchemaCycles
{
    public static void Find(IEnumerable<SchemaNode> schemas, List<ConfigurationError> errors)
    {
        var done = new HashSet<SchemaNode>();
        var active = new HashSet<SchemaNode>();
        var path = new Stack<(SchemaNode Schema, IEnumerator<SchemaNode> Next)>();
        foreach (SchemaNode start in schemas)
        {
            if (!done.Contains(start))
                Enter(start);
            while (path.TryPeek(out (SchemaNode Schema, IEnumerator<SchemaNode> Next) top))
            {
                if (!top.Next.MoveNext())
                {
                    path.Pop();
                    top.Next.Dispose();
                    active.Remove(top.Schema);
                    done.Add(top.Schema);
                    continue;
                }

                SchemaNode next = top.Next.Current;
                if (active.Contains(next))
                    errors.Add(Describe(top.Schema, next));
                else if (!done.Contains(next))
                    Enter(next);
            }
        }

        void Enter(SchemaNode schema)
        {
            active.Add(schema);
            path.Push((schema, schema.Keywords.SelectMany(keyword => keyword.InPlace).GetEnumerator()));
        }
    }

    private static ConfigurationError Describe(SchemaNode from, SchemaNode to)
    {
        ConfigurationNode place = SchemaIndex.Text(from.Source, "$ref") ?? from.Source;
        return new ConfigurationError(
            $"this leads back to the schema at {to.Source.Origin} without going into a key or an item: the check would never end",
            place.Origin,
            "$ref")
        { Check = JsonSchema.SchemaCheck };
    }
}
