namespace Varai.Secrets;

/// <summary>The rule that makes environment variables of a secret's name.</summary>
/// <remarks>
/// Tried in this order, each with the prefix in front: the name as it stands (<c>Db:Password</c>), the form that .NET
/// configuration reads (<c>Db__Password</c>: <c>:</c> and <c>/</c> become two underscores, <c>-</c> and <c>.</c> one), and the
/// form that shells use (<c>DB_PASSWORD</c>: each separator one underscore, upper case). Without a prefix the last form is for names
/// with a separator only, so that <c>user</c> and <c>path</c> are not the variables of every shell.
/// </remarks>
internal static class EnvironmentVariableNames
{
    public static IEnumerable<string> Of(string name, string prefix)
    {
        yield return prefix + name;
        string configuration = ToConfigurationForm(name);
        if (configuration != name)
            yield return prefix + configuration;
        if (prefix.Length == 0 && name.AsSpan().IndexOfAny(":/-._") < 0)
            yield break;
        string shell = ToShellForm(name);
        if (shell != name && shell != configuration)
            yield return prefix + shell;
    }

    private static string ToConfigurationForm(string name) => name
        .Replace(":", "__", StringComparison.Ordinal)
        .Replace("/", "__", StringComparison.Ordinal)
        .Replace('-', '_')
        .Replace('.', '_');

    private static string ToShellForm(string name) => string.Create(name.Length, name, static (span, name) =>
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = name[i] is ':' or '/' or '-' or '.' ? '_' : char.ToUpperInvariant(name[i]);
    });
}
