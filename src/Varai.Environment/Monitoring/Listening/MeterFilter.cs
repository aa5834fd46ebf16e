using System.IO.Enumeration;

namespace Varai.Monitoring.Listening;

/// <summary>Says which meters are listened to: by name, and of those that belong to a host only this host's.</summary>
/// <param name="names">Names, where <c>*</c> stands for any characters and <c>?</c> for one.</param>
/// <param name="host">What the host's meters belong to: its meter factory.</param>
internal sealed class MeterFilter(IEnumerable<string> names, object? host)
{
    private readonly string[] _names = [.. names];

    public bool Accepts(string name, object? scope) => (scope is null || ReferenceEquals(scope, host)) && _names.Any(n => Matches(n, name));

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);
}
