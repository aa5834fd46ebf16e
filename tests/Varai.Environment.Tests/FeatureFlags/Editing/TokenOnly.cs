using System.Reflection;
using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;

namespace Varai.Tests.FeatureFlags.Editing;

/// <summary>Flags of which nothing but the snapshot's number and token is there.</summary>
public class TokenOnly : DispatchProxy
{
    private Func<IChangeToken>? _token;
    private Func<long>? _version;

    public static IFeatureFlags Over(Func<IChangeToken> token, Func<long> version)
    {
        IFeatureFlags flags = Create<IFeatureFlags, TokenOnly>();
        var proxy = (TokenOnly)(object)flags;
        (proxy._token, proxy._version) = (token, version);
        return flags;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "GetChangeToken" => _token!(),
        "get_SnapshotVersion" => _version!(),
        _ => throw new NotSupportedException(targetMethod.Name),
    };
}
