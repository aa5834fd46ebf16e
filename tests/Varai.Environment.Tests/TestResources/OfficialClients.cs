namespace Varai.Tests.TestResources;

/// <summary>The vendors' own clients, which tell whether a server of ours speaks the vendor's protocol or only our idea of it.</summary>
internal static class OfficialClients
{
    private static readonly string Folder = Repository.Path("tests", "clients");
    private static readonly string Modules = Path.Combine(Folder, "node_modules");

    /// <summary>Runs a CommonJS script with the packages of <c>tests/clients</c>; skips where those are not installed.</summary>
    /// <param name="script">The script's path, from the root of the tree.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Environment variables for it.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>What it printed; the test fails when it did not end with 0.</returns>
    public static async Task<string> NodeAsync(
        string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        string node = RequireNode();
        var all = new Dictionary<string, string>(variables, StringComparer.Ordinal) { ["NODE_PATH"] = Modules, ["NO_UPDATE_NOTIFIER"] = "1" };
        Command command = await Command.RunAsync(node, [Repository.Path(script.Split('/')), .. arguments], Folder, cancellationToken, all);
        Assert.True(command.ExitCode == 0, $"{script} ended with {command.ExitCode}:\n{command.Output}");
        return command.Output;
    }

    /// <summary>Skips the test where Node.js or the packages of <c>tests/clients</c> are not installed.</summary>
    /// <returns>The path of Node.js.</returns>
    public static string RequireNode()
    {
        const string Install = "npm ci --prefix tests/clients";
        string node = Require.Program("Node.js", $"sudo apt-get install nodejs npm && {Install}", "node");
        Require.That(Directory.Exists(Modules), $"The vendors' clients are not on this machine. Install them with: {Install}");
        return node;
    }
}
