using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>The entity tag of a reply: a hash of what it says. A version of the flags would not do: percentages, time windows and
/// the context change the answer while the flags stay, and the flags may change without changing the answer.</summary>
internal static class FlagReplyTag
{
    private const int HashLength = 16;

    /// <summary>The tag of a reply. It is weak, so that it stays true when the reply is compressed on the way.</summary>
    public static EntityTagHeaderValue Of(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return new EntityTagHeaderValue($"\"{Base64Url.EncodeToString(hash[..HashLength])}\"", isWeak: true);
    }

    /// <summary>Whether the client has the reply, by the rules of If-None-Match (RFC 9110, 13.1.2).</summary>
    /// <param name="ifNoneMatch">The field's values.</param>
    /// <param name="tag">The tag of the reply.</param>
    public static bool IsMatch(StringValues ifNoneMatch, EntityTagHeaderValue tag)
    {
        if (StringValues.IsNullOrEmpty(ifNoneMatch))
            return false;
        if (EntityTagHeaderValue.TryParseList(ifNoneMatch, out IList<EntityTagHeaderValue>? tags)
            && tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false)))
            return true;

        // The examples of the protocol leave out the quotes, and so may clients.
        return ifNoneMatch.Any(value => tag.Tag.AsSpan().Trim('"').SequenceEqual(value.AsSpan().Trim()));
    }
}
