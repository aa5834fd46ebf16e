using System.Diagnostics;
using System.Globalization;

namespace Varai.Tests.State;

/// <summary>A process of the crash host.</summary>
internal sealed class CrashHostProcess : IDisposable
{
    private readonly Process _process;

    private CrashHostProcess(Process process) => _process = process;

    public int ExitCode => _process.ExitCode;

    public StreamReader Output => _process.StandardOutput;

    public static CrashHostProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Varai.Environment.CrashHost.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return new CrashHostProcess(Process.Start(start)!);
    }

    // SIGKILL on Unix, TerminateProcess on Windows: no handler runs.
    public void Kill() => _process.Kill();

    /// <summary>Reads what the process still wrote before it ended.</summary>
    /// <returns>The number of the last acknowledged commit; 0 for none.</returns>
    public async Task<long> ReadLastAcknowledgedAsync(CancellationToken cancellationToken)
    {
        long last = 0;
        while (await Output.ReadLineAsync(cancellationToken) is { } line)
            last = ParseAcknowledged(line) ?? last;
        return last;
    }

    // A line that the kill cut short has no second number and was not acknowledged to anybody.
    public static long? ParseAcknowledged(string line) =>
        line.Split(' ') is ["ack", var number, { Length: > 0 }] ? long.Parse(number, CultureInfo.InvariantCulture) : null;

    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        Task<string> errors = _process.StandardError.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return await errors;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
