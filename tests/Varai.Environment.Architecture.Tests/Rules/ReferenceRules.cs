using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Varai.Architecture.Tests.Rules;

/// <summary>Which way the arrows run: vendor packages and the core point to Abstractions, nothing points back.</summary>
internal static class ReferenceRules
{
    // The abstractions of Microsoft.Extensions bring Options and Primitives along.
    // A new package gets its line here, and with it its place in the picture of docs/architecture.md.
    private static readonly Dictionary<string, (string[] Projects, string Packages)> Allowed = new(StringComparer.Ordinal)
    {
        ["Varai.Environment.Abstractions"] = ([], @"^Microsoft\.Extensions\.(.+\.Abstractions|Options|Primitives)$"),
        ["Varai.Environment"] = (["Varai.Environment.Abstractions"], @"^(Microsoft\.Extensions\..+|Microsoft\.Data\.Sqlite|Polly\.Core|System\.IO\.Hashing|YamlDotNet)$"),
        ["Varai.Environment.AspNetCore"] = (["Varai.Environment", "Varai.Environment.Abstractions"], @"^Microsoft\.Extensions\..+$"), // all of it in the framework
        ["Varai.Environment.Aws"] = (["Varai.Environment.Abstractions"], @"^(Microsoft\.Extensions\..+|AWSSDK\.Core)$"),
        ["Varai.Environment.Azure"] = (["Varai.Environment.Abstractions"], @"^(Microsoft\.Extensions\..+|Azure\.(Identity|Security\.KeyVault\.Secrets))$"),
        ["Varai.Environment.GoogleCloud"] = (["Varai.Environment.Abstractions"], @"^(Microsoft\.Extensions\..+|Google\.Apis\.Auth)$"),
        ["Varai.Environment.PostgreSql"] = (["Varai.Environment.Abstractions"], @"^(Microsoft\.Extensions\..+|Npgsql)$"),
        ["Varai.Environment.Smtp"] = (["Varai.Environment.Abstractions"], @"^(Microsoft\.Extensions\..+|MailKit)$"),
        ["Varai.Environment.Vault"] = (["Varai.Environment.Abstractions"], @"^Microsoft\.Extensions\..+$"),
        ["Varai.Environment.Testing"] = (["Varai.Environment.Abstractions"], "^$"),
    };

    /// <summary>What a project file under src references and may not.</summary>
    public static IEnumerable<string> OfProject(string name, XDocument project)
    {
        if (!Allowed.TryGetValue(name, out var allowed))
            return [$"{name} has no line in {nameof(ReferenceRules)}: which arrows may it have?"];

        return Includes(project, "ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p.Replace('\\', '/')))
            .Except(allowed.Projects, StringComparer.Ordinal)
            .Concat(Includes(project, "PackageReference").Where(p => !Regex.IsMatch(p, allowed.Packages, RegexOptions.None, TimeSpan.FromSeconds(1))))
            .Select(reference => $"{name} may not reference {reference}.");
    }

    /// <summary>What a built assembly references and may not; catches what comes in through another package.</summary>
    public static IEnumerable<string> OfAssembly(string name, IEnumerable<string> references)
    {
        if (!Allowed.TryGetValue(name, out var allowed))
            return [$"{name} has no line in {nameof(ReferenceRules)}: which arrows may it have?"];

        return references
            .Where(r => r.StartsWith("Varai.", StringComparison.Ordinal)
                ? !allowed.Projects.Contains(r, StringComparer.Ordinal)
                : r.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                    && !Regex.IsMatch(r, allowed.Packages, RegexOptions.None, TimeSpan.FromSeconds(1))
                    // Every project may use what Abstractions hands on.
                    && !Regex.IsMatch(r, Allowed["Varai.Environment.Abstractions"].Packages, RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Select(r => $"{name} may not reference {r}.");
    }

    private static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Select(e => (string?)e.Attribute("Include")).OfType<string>();
}
