namespace Varai.Vault.Tests.Server;

/// <summary>What a policy grants: paths (<c>*</c> at the end, <c>+</c> for one segment) with capabilities.</summary>
internal sealed record ServerPolicy(params (string Path, string[] Capabilities)[] Rules)
{
    public bool Grants(string path, string capability) =>
        Rules.Any(rule => rule.Capabilities.Contains(capability) && Matches(rule.Path, path));

    private static bool Matches(string rule, string path)
    {
        bool open = rule.EndsWith('*');
        string[] wanted = rule.TrimEnd('*').Split('/');
        string[] given = path.Split('/');
        if (given.Length < wanted.Length || (!open && given.Length != wanted.Length))
            return false;
        for (int i = 0; i < wanted.Length; i++)
        {
            bool fits = wanted[i] == "+" || wanted[i] == given[i]
                || (open && i == wanted.Length - 1 && given[i].StartsWith(wanted[i], StringComparison.Ordinal));
            if (!fits)
                return false;
        }

        return true;
    }
}
