using Microsoft.Extensions.DependencyInjection;
using Varai.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Configuration.Sources;

/// <summary>The stores that come with the core, each shared by several nodes.</summary>
internal static class StateKind
{
    public const string Memory = "memory";
    public const string Sqlite = "SQLite";

    public static StateNodes Nodes(string kind, TemporaryFolder folder)
    {
        if (kind == Sqlite)
        {
            return new StateNodes(v => v.ConfigureState(o =>
            {
                o.Directory = folder.File("state");
                o.PollInterval = TimeSpan.FromMilliseconds(20);
                o.BusyTimeout = TimeSpan.FromMinutes(1);
            }));
        }

        var store = new OutageStateStore(new InMemoryStateStore(new StateOptions(), TimeProvider.System));
        return new StateNodes(v => v.UseStateStore(_ => store));
    }
}
