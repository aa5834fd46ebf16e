namespace Varai.Architecture.Tests.Rules;

/// <summary>Names that would take away a name from our users: inside <c>namespace Varai.Shop</c> the compiler finds
/// <c>Varai.X</c> before any <c>X</c> of a using, and two public types of one name are ambiguous for who uses both.</summary>
internal static class NameRules
{
    // What .NET people write in every other file, whether an implicit using brings it in or not.
    private static readonly string[] Reserved = ["Environment", "Environments", "Options"];

    /// <summary>The namespaces that the implicit usings of console, worker and web projects bring in.</summary>
    public static readonly IReadOnlySet<string> ImplicitUsings = new HashSet<string>(StringComparer.Ordinal)
    {
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging", "System.Net.Http.Json", "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
    };

    /// <summary>The segments of a namespace that hide a name from code in a namespace of the same root.</summary>
    public static IEnumerable<string> OfNamespace(string? ns, IReadOnlySet<string> taken) =>
        (ns ?? "").Split('.')
            .Where(segment => Reserved.Contains(segment, StringComparer.Ordinal) || taken.Contains(segment))
            .Select(segment => $"The namespace {ns} hides the type {segment} in every service whose namespace begins like it.");

    /// <summary>A public type whose name an implicit using brings in too.</summary>
    public static IEnumerable<string> OfPublicType(string name, IReadOnlySet<string> taken) =>
        Reserved.Contains(name, StringComparer.Ordinal) || taken.Contains(name)
            ? [$"The public type {name} is ambiguous beside the implicit usings."]
            : [];
}
