using System.Diagnostics;
using System.Globalization;

namespace Varai.Tests.State;

/// <summary>A process of the crash host.</summary>
internal sealed class CrashHostProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private CrashHostProcess(Process process)
    {
        _process = process;

        // Read from the start: a full pipe would stop the process.
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int ExitCode => _process.ExitCode;

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

    /// <summary>Reads a line the process must still write.</summary>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        if (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            return line;
        string errors = await WaitAsync(cancellationToken);
        throw new InvalidOperationException($"The crash host ended with exit code {ExitCode}: {errors}");
    }

    /// <summary>Reads what the process still wrote before it ended.</summary>
    /// <returns>The number of the last acknowledged commit; 0 for none.</returns>
    public async Task<long> ReadLastAcknowledgedAsync(CancellationToken cancellationToken)
    {
        long last = 0;
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            last = ParseAcknowledged(line) ?? last;
        return last;
    }

    /// <summary>Reads the lines the process still wrote before it ended; the last may be cut short.</summary>
    public async Task<List<string>> ReadRestAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            lines.Add(line);
        return lines;
    }

    // A line that the kill cut short has no second number and was not acknowledged to anybody.
    public static long? ParseAcknowledged(string line) =>
        line.Split(' ') is ["ack", var number, { Length: > 0 }] ? long.Parse(number, CultureInfo.InvariantCulture) : null;

    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return await _errors.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
