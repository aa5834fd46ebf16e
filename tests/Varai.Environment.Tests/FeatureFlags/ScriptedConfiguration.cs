using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Varai.Tests.FeatureFlags;

/// <summary>An <see cref="IEnvironmentConfiguration"/> with a document that the test sets; of its members, only what flags read
/// is there.</summary>
public class ScriptedConfiguration : DispatchProxy, IDisposable
{
    private CancellationTokenSource _changed = new();
    private ConfigurationSnapshot? _current;

    public static (IEnvironmentConfiguration Configuration, Action<string> Replace) Create(string json)
    {
        var configuration = Create<IEnvironmentConfiguration, ScriptedConfiguration>();
        var script = (ScriptedConfiguration)(object)configuration;
        script.Set(json);
        return (configuration, script.Set);
    }

    public void Dispose() => _changed.Dispose();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "get_Current" => _current,
        "get_EnvironmentName" => "staging",
        "GetChangeToken" => new CancellationChangeToken(_changed.Token),
        "Get" => Convert.ChangeType(_current!.Root.FindKey((string)args![0]!)!.Text, targetMethod.ReturnType, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException(targetMethod.Name),
    };

    private void Set(string json)
    {
        _current = new ConfigurationSnapshot("staging", Nodes.Parse(json), [], DateTimeOffset.UnixEpoch, _ => "hash");
        using CancellationTokenSource before = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        before.Cancel();
    }
}
