using System.Collections.Frozen;

namespace Varai.Configuration.Schema.Formats;

/// <summary>One <c>format</c> that can be checked.</summary>
/// <param name="Description">What a text of this format is, with an example, for messages.</param>
/// <param name="IsMatch">Checks a text.</param>
internal sealed record SchemaFormat(string Description, Func<string, bool> IsMatch)
{
    /// <summary>The format whose values are never shown.</summary>
    public const string Password = "password";

    private static readonly FrozenDictionary<string, SchemaFormat> Known = new Dictionary<string, SchemaFormat>(StringComparer.Ordinal)
    {
        ["date-time"] = new("a date and time such as 2026-01-31T12:00:00Z", TimeFormats.IsDateTime),
        ["date"] = new("a date such as 2026-01-31", TimeFormats.IsDate),
        ["time"] = new("a time with its offset such as 12:00:00Z", TimeFormats.IsTime),
        ["duration"] = new("a duration such as PT1H30M", TimeFormats.IsDuration),
        ["email"] = new("an e-mail address", text => NetworkFormats.IsEmail(text, unicode: false)),
        ["idn-email"] = new("an e-mail address", text => NetworkFormats.IsEmail(text, unicode: true)),
        ["hostname"] = new("a host name such as db.example.com", NetworkFormats.IsHostName),
        ["ipv4"] = new("an IPv4 address such as 192.0.2.1", NetworkFormats.IsIPv4),
        ["ipv6"] = new("an IPv6 address such as 2001:db8::1", NetworkFormats.IsIPv6),
        ["uri"] = new("an absolute URI such as https://example.com/path", text => UriFormats.IsUri(text, absolute: true, unicode: false)),
        ["uri-reference"] = new("a URI or a relative reference", text => UriFormats.IsUri(text, absolute: false, unicode: false)),
        ["iri"] = new("an absolute IRI such as https://example.com/path", text => UriFormats.IsUri(text, absolute: true, unicode: true)),
        ["iri-reference"] = new("an IRI or a relative reference", text => UriFormats.IsUri(text, absolute: false, unicode: true)),
        ["uri-template"] = new("a URI template such as /orders/{id}", UriFormats.IsTemplate),
        ["uuid"] = new("a UUID such as 123e4567-e89b-12d3-a456-426614174000", NetworkFormats.IsUuid),
        ["regex"] = new("a regular expression of ECMA-262", text => SchemaPattern.Fault(text) is null),
        ["json-pointer"] = new("a JSON pointer such as /limits/0", PointerFormats.IsPointer),
        ["relative-json-pointer"] = new("a relative JSON pointer such as 1/name", PointerFormats.IsRelativePointer),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The format of a name, or <see langword="null"/> for one that isn't known, which then checks nothing.</summary>
    public static SchemaFormat? Find(string name) => Known.GetValueOrDefault(name);
}
