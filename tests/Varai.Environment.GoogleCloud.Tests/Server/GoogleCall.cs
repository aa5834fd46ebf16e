using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Varai.GoogleCloud.Tests.Server;

/// <summary>One call to the API, taken apart.</summary>
internal sealed partial record GoogleCall(
    string Verb, string Project, string Location, string? SecretId, string? Version, IReadOnlyDictionary<string, string> Query, JsonObject Body)
{
    private static readonly string[] CommonParameters = ["$alt", "alt", "prettyPrint", "key", "fields", "quotaUser", "$prettyPrint"];

    public string Parent => Location.Length == 0 ? $"projects/{Project}" : $"projects/{Project}/locations/{Location}";

    public bool HasNumericEnums => Query.GetValueOrDefault("$alt") == "json;enum-encoding=int";

    public static GoogleCall Parse(string method, string path, IReadOnlyDictionary<string, string> query, JsonObject body)
    {
        Match match = Resource.Match(path);
        if (!match.Success)
            throw GoogleApiException.NotFound("The requested URL was not found on this server.");
        string action = match.Groups["action"].Value;
        string? secretId = match.Groups["secret"] is { Success: true } secret ? secret.Value : null;
        string? version = match.Groups["version"] is { Success: true } found ? found.Value : null;
        bool hasVersions = match.Groups["versions"].Success;
        (string verb, string[] parameters) = (method, secretId, hasVersions, version, action) switch
        {
            ("GET", null, false, null, "") => ("secrets.list", (string[])["pageSize", "pageToken", "filter"]),
            ("POST", null, false, null, "") => ("secrets.create", ["secretId"]),
            ("GET", not null, false, null, "") => ("secrets.get", []),
            ("DELETE", not null, false, null, "") => ("secrets.delete", ["etag"]),
            ("POST", not null, false, null, "addVersion") => ("versions.add", []),
            ("GET", not null, true, null, "") => ("versions.list", ["pageSize", "pageToken", "filter"]),
            ("GET", not null, true, not null, "") => ("versions.get", []),
            ("GET", not null, true, not null, "access") => ("versions.access", []),
            ("POST", not null, true, not null, "enable" or "disable" or "destroy") => ($"versions.{action}", []),
            _ => throw GoogleApiException.NotFound("Method not found."),
        };
        if (query.Keys.FirstOrDefault(key => !parameters.Contains(key) && !CommonParameters.Contains(key)) is { } unknown)
            throw GoogleApiException.InvalidArgument($"Invalid JSON payload received. Unknown name \"{unknown}\": Cannot bind query parameter.");
        return new GoogleCall(verb, match.Groups["project"].Value, match.Groups["location"].Value, secretId, version, query, body);
    }

    [GeneratedRegex(@"^/v1/projects/(?<project>[^/]+)(/locations/(?<location>[^/]+))?/secrets(/(?<secret>[^/:]+)(?<versions>/versions(/(?<version>[^/:]+))?)?)?(:(?<action>\w+))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Resource { get; }
}
