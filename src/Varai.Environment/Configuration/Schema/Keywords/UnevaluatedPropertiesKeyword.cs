namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>unevaluatedProperties</c>; checked after all other keywords of its schema.</summary>
internal sealed class UnevaluatedPropertiesKeyword(SchemaNode owner, SchemaNode schema) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Object;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        EvaluatedChildren evaluated = run.Evaluated!;
        IReadOnlyList<ConfigurationMember> members = node.Members;
        for (int i = 0; i < members.Count; i++)
        {
            if (evaluated[i])
                continue;
            evaluated.Mark(i);
            bool refused = schema.Constant == false && !run.IsExcluded(members[i].Value);
            if (refused ? Refuse(node, members[i], run) : run.Child(schema, members[i]))
                continue;
            valid = false;
            if (run.Failures is null)
                return false;
        }

        return valid;
    }

    private bool Refuse(ConfigurationNode node, ConfigurationMember member, SchemaRun run) =>
        run.Failures is not null
        && run.Fail(PropertiesKeyword.Unknown("unevaluatedProperties", node, member, owner.KnownNames()), member.Name);
}
