namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>dependentRequired</c>, and the arrays of draft-07's <c>dependencies</c>.</summary>
internal sealed class DependentRequiredKeyword(
    string keyword, IReadOnlyList<KeyValuePair<string, string[]>> dependencies, Func<IEnumerable<string>> known) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Object;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        foreach ((string trigger, string[] names) in dependencies)
        {
            if (SchemaMember.IndexOf(node, trigger) < 0)
                continue;
            foreach (string name in names)
            {
                if (SchemaMember.IndexOf(node, name) >= 0)
                    continue;
                valid = false;
                if (run.Failures is null)
                    return false;
                run.Fail(RequiredKeyword.Missing(keyword, node, name, known(), $"the key is missing, which the key '{trigger}' needs beside it"), name);
            }
        }

        return valid;
    }
}
