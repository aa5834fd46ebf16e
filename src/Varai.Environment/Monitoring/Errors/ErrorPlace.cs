using System.Diagnostics;
using System.IO.Enumeration;
using System.Reflection;

namespace Varai.Monitoring.Errors;

/// <summary>Finds the place that an error comes from: the first method of the application on its way.</summary>
internal sealed class ErrorPlace
{
    private static readonly string[] OwnAssemblies =
        [Name(typeof(ErrorPlace).Assembly.GetName()), Name(typeof(IErrorTracker).Assembly.GetName())];

    private readonly string[] _application;

    /// <param name="assemblies">Names of the application's assemblies, where <c>*</c> stands for any characters and <c>?</c> for one.</param>
    /// <param name="program">The name of the program's own assembly, for when there are no others.</param>
    public ErrorPlace(IEnumerable<string> assemblies, string? program)
    {
        _application = [.. assemblies];
        if (_application.Length == 0 && program is { Length: > 0 })
            _application = [program.Split('.')[0], $"{program.Split('.')[0]}.*"];
    }

    /// <returns>Such as <c>Shop.Orders.PlaceAsync</c>; empty when it was never thrown.</returns>
    public string Find(Exception exception)
    {
        string? thrown = null;
        string? outside = null;
        foreach (StackFrame frame in new StackTrace(exception, fNeedFileInfo: false).GetFrames())
        {
            if (DiagnosticMethodInfo.Create(frame) is not { } method)
                continue;
            string assembly = method.DeclaringAssemblyName.Split(',')[0];
            if (IsApplication(assembly))
                return Describe(method.DeclaringTypeName, method.Name);
            thrown ??= Describe(method.DeclaringTypeName, method.Name);
            if (outside is null && !IsPlatform(assembly))
                outside = Describe(method.DeclaringTypeName, method.Name);
        }

        return outside ?? thrown ?? "";
    }

    /// <summary>The method as it was written: what the compiler makes of asynchronous methods, iterators, lambdas and local functions is told as
    /// the method around it.</summary>
    public static string Describe(string? type, string method)
    {
        string declaring = type ?? "";

        // Such as Shop.Orders+<PlaceAsync>d__4.MoveNext, Shop.Orders+<>c.<PlaceAsync>b__4_0 or Shop.Orders.<PlaceAsync>g__Local|4_0.
        string name = Inner(method) ?? method;
        int generated = declaring.IndexOf("+<", StringComparison.Ordinal);
        if (generated >= 0)
        {
            name = Inner(declaring[(generated + 1)..]) ?? name;
            declaring = declaring[..generated];
        }

        return declaring.Length == 0 ? name : $"{declaring.Replace('+', '.')}.{name}";
    }

    // What is between the brackets of a generated name; a name within a name is that of a method around a method.
    private static string? Inner(string name)
    {
        if (!name.StartsWith('<'))
            return null;
        string inner = name.TrimStart('<');
        int end = inner.IndexOf('>', StringComparison.Ordinal);
        return end > 0 ? inner[..end] : null;
    }

    private bool IsApplication(string assembly) =>
        !OwnAssemblies.Contains(assembly, StringComparer.Ordinal)
        && _application.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, assembly, ignoreCase: true));

    private static bool IsPlatform(string assembly) =>
        assembly is "System" or "mscorlib" or "netstandard" || assembly.StartsWith("System.", StringComparison.Ordinal)
        || assembly.StartsWith("Microsoft.", StringComparison.Ordinal) || OwnAssemblies.Contains(assembly, StringComparer.Ordinal);

    private static string Name(AssemblyName name) => name.Name ?? "";
}
