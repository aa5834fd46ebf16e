namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>propertyNames</c>.</summary>
internal sealed class PropertyNamesKeyword(SchemaNode schema) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Object;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        foreach (ConfigurationMember member in node.Members)
        {
            var name = ConfigurationNode.Scalar(
                ConfigurationNodeKind.String, member.Name, member.Value.File, member.NameStart, member.Name.Length);
            SchemaAttempt attempt = run.AttemptItem(schema, name);
            if (attempt.IsValid)
                continue;
            valid = false;
            if (run.Failures is null)
                break;
            foreach (SchemaFailure failure in attempt.Failures!)
            {
                run.Fail(
                    failure with { Keyword = "propertyNames", Member = member, Message = $"the key's name {failure.Message}" },
                    member.Name);
            }
        }

        return valid;
    }
}
