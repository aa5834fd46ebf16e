using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Varai.Architecture.Tests.Rules;

/// <summary>The shape of types.</summary>
internal static partial class TypeRules
{
    /// <summary>Internal classes that are open although nothing derives from them; nobody outside can, so it says something untrue.</summary>
    public static IEnumerable<string> UnsealedInternals(IReadOnlyCollection<Type> types)
    {
        HashSet<Type?> bases = [.. types.Select(t => t.BaseType is { IsGenericType: true } generic ? generic.GetGenericTypeDefinition() : t.BaseType)];
        return types.Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false, IsVisible: false } && !bases.Contains(t) && !IsGenerated(t))
            .Select(t => $"{t.FullName} is internal and not sealed.");
    }

    /// <summary>Assemblies that may see internals and are neither tests nor benchmarks.</summary>
    public static IEnumerable<string> Friends(string assembly, IEnumerable<string> friends) =>
        friends.Where(f => !f.EndsWith(".Tests", StringComparison.Ordinal) && f is not ("Varai.Benchmarks" or "Varai.Environment.CrashHost"))
            .Select(f => $"{assembly} opens its internals to {f}: what one package needs of another is public.");

    /// <summary>Files that declare more than one public type, or one whose name is not the file's.</summary>
    public static IEnumerable<string> PublicTypesOfFile(string file, string text)
    {
        string[] names = [.. PublicType().Matches(text).Select(m => m.Groups["name"].Value)];
        if (names.Length > 1)
            return [$"{file} declares {string.Join(" and ", names)}: one public type per file."];

        return names is [string name] && Path.GetFileName(file).Split('.')[0] != name
            ? [$"{file} declares {name}: the file is named after its type."]
            : [];
    }

    /// <summary>Asynchronous methods and delegates that nobody can cancel, or whose token is easy to forget.</summary>
    /// <param name="types">Public types.</param>
    /// <param name="mayOmitToken">Interfaces that callers use; on the others, which users implement, a token with a default
    /// would be a token that our own code may forget to pass on.</param>
    public static IEnumerable<string> Uncancellable(IEnumerable<Type> types, IReadOnlySet<string> mayOmitToken)
    {
        foreach (Type type in types.Where(t => t.IsVisible))
        {
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                if (!IsAsync(method) || method.IsSpecialName || method.Name == nameof(IAsyncDisposable.DisposeAsync))
                    continue;
                if (method.GetParameters() is not [.., { ParameterType: var last } token] || last != typeof(CancellationToken))
                    yield return $"{type.FullName}.{method.Name} takes no CancellationToken as its last parameter.";
                else if (type.IsInterface && token.IsOptional && !mayOmitToken.Contains(type.Name))
                    yield return $"{type.FullName}.{method.Name} gives its CancellationToken a default: plug-in interfaces require it.";
            }
        }
    }

    private static bool IsAsync(MethodInfo method)
    {
        Type type = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericTypeDefinition() : method.ReturnType;
        return type == typeof(Task) || type == typeof(Task<>) || type == typeof(ValueTask) || type == typeof(ValueTask<>)
            || type == typeof(IAsyncEnumerable<>);
    }

    private static bool IsGenerated(MemberInfo type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute))
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    [GeneratedRegex(
        @"^public (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe) )*(?:class|record struct|record class|record|struct|interface|enum|delegate [\w.<>?\[\], ]+?) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex PublicType();
}
