using Varai.Configuration.Documents;

namespace Varai.Configuration.Schema.Keywords;

/// <summary><c>required</c>.</summary>
internal sealed class RequiredKeyword(string[] names, Func<IEnumerable<string>> known) : SchemaKeyword
{
    public override bool Concerns(ConfigurationNodeKind kind) => kind == ConfigurationNodeKind.Object;

    public override bool Evaluate(ConfigurationNode node, SchemaRun run)
    {
        bool valid = true;
        foreach (string name in names)
        {
            if (SchemaMember.IndexOf(node, name) >= 0)
                continue;
            valid = false;
            if (run.Failures is null)
                break;
            run.Fail(Missing("required", node, name, known(), "the required key is missing"), name);
        }

        return valid;
    }

    /// <summary>The failure of a missing key; points out a key that looks like it, misspelt.</summary>
    public static SchemaFailure Missing(
        string keyword, ConfigurationNode node, string name, IEnumerable<string> known, string message)
    {
        var taken = new HashSet<string>(known, StringComparer.Ordinal);
        string? misspelt = Spelling.Nearest(name, node.Members.Select(member => member.Name).Where(found => !taken.Contains(found)));
        return new SchemaFailure(keyword, node, message)
        {
            Found = misspelt is null ? null : $"the key '{misspelt}'",
            DidYouMean = misspelt is null ? null : name,
        };
    }
}
