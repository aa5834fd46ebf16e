namespace Varai.Tests.TestResources;

/// <summary>The vendors' own clients, which tell whether a server of ours speaks the vendor's protocol or only our idea of it.</summary>
internal static class OfficialClients
{
    private static readonly string Folder = Repository.Path("tests", "clients");

    /// <summary>Runs a CommonJS script with the packages of <c>tests/clients</c>; skips where those are not installed.</summary>
    /// <param name="script">The script's path, from the root of the tree.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Environment variables for it.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>What it printed; the test fails when it did not end with 0.</returns>
    public static async Task<string> NodeAsync(
        string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        const string Install = "npm ci --prefix tests/clients";
        string node = Require.Program("Node.js", $"sudo apt-get install nodejs npm && {Install}", "node");
        string modules = Path.Combine(Folder, "node_modules");
        Require.That(Directory.Exists(modules), $"The vendors' clients are not on this machine. Install them with: {Install}");

        var all = new Dictionary<string, string>(variables, StringComparer.Ordinal) { ["NODE_PATH"] = modules, ["NO_UPDATE_NOTIFIER"] = "1" };
        Command command = await Command.RunAsync(node, [Repository.Path(script.Split('/')), .. arguments], Folder, cancellationToken, all);
        Assert.True(command.ExitCode == 0, $"{script} ended with {command.ExitCode}:\n{command.Output}");
        return command.Output;
    }
}
