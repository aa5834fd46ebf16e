using Varai.Configuration.Documents;

namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c>.</summary>
internal sealed class PropertiesKeyword(
    Dictionary<string, SchemaNode> properties,
    IReadOnlyList<KeyValuePair<SchemaPattern, SchemaNode>> patterns,
    SchemaNode? additional) : SchemaKeyword
{
    /// <summary>The names in <c>properties</c>.</summary>
    public IReadOnlyCollection<string> Names => properties.Keys;

    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Object;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        IReadOnlyList<ConfigurationMember> members = node.Members;
        for (int i = 0; i < members.Count; i++)
        {
            ConfigurationMember member = members[i];
            bool known = false;
            bool passes = true;
            if (properties.TryGetValue(member.Name, out SchemaNode? schema))
            {
                known = true;
                passes = run.Child(schema, member);
            }

            if (patterns.Count > 0 && (passes || run.Failures is not null))
                passes &= EvaluatePatterns(member, run, ref known);
            if (!known && additional is not null && (passes || run.Failures is not null))
            {
                known = true;
                passes &= additional.Constant == false
                    ? run.IsExcluded(member.Value) || Refuse(node, member, run)
                    : run.Child(additional, member);
            }

            if (known)
                run.Evaluated?.Mark(i);
            if (passes)
                continue;
            valid = false;
            if (run.Failures is null)
                return false;
        }

        return valid;
    }

    private bool EvaluatePatterns(ConfigurationMember member, SchemaRun run, ref bool known)
    {
        bool valid = true;
        foreach ((SchemaPattern pattern, SchemaNode schema) in patterns)
        {
            bool? match = run.Matches(pattern, member.Name);
            if (match == false)
                continue;
            known = true;
            valid &= match is null
                ? run.Fail(
                    new SchemaFailure("patternProperties", member.Value, PatternKeyword.TooSlow)
                    {
                        Member = member,
                        Expected = $"a match of /{pattern.Source}/",
                    },
                    member.Name)
                : run.Child(schema, member);
            if (!valid && run.Failures is null)
                return false;
        }

        return valid;
    }

    private bool Refuse(ConfigurationNode node, ConfigurationMember member, SchemaRun run) =>
        run.Failures is not null && run.Fail(Unknown("additionalProperties", node, member, properties.Keys), member.Name);

    /// <summary>The failure of a key that nobody knows.</summary>
    public static SchemaFailure Unknown(
        string keyword, ConfigurationNode node, ConfigurationMember member, IReadOnlyCollection<string> names)
    {
        // A key that is there already is not the one that was meant.
        IEnumerable<string> free = names.Where(name => SchemaMember.IndexOf(node, name) < 0);
        return new SchemaFailure(keyword, member.Value, "is not a known key")
        {
            Member = member,
            Expected = names.Count == 0 ? null : SchemaWords.Names(names),
            DidYouMean = Spelling.Nearest(member.Name, free),
        };
    }
}
