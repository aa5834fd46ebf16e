using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>Tells clients by server-sent events to evaluate their flags again.</summary>
internal sealed class FlagEventStream(FlagEndpointOptions options)
{
    public const string Pattern = "/ofrep/v1/events";

    private const string Evaluate = "/evaluate/flags";
    private const int RetryAfterSeconds = 30;

    private static readonly byte[] Comment = ": still here\n\n"u8.ToArray();

    // Snapshots are counted per process: the same number of another process means something else.
    private readonly string _process = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private int _open;

    /// <summary>The path of the stream that belongs to the bulk evaluation a request is for, below whatever prefix it was mapped.</summary>
    public static string PathBeside(HttpRequest request)
    {
        string path = request.Path.Value ?? "";
        int end = path.LastIndexOf(Evaluate, StringComparison.OrdinalIgnoreCase);
        return request.PathBase.Add(path[..Math.Max(end, 0)] + "/events").ToUriComponent();
    }

    /// <summary>Sends events until the client goes or the host stops.</summary>
    public async Task StreamAsync(HttpContext http)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > options.MaximumEventStreams)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return;
            }

            var host = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
            try
            {
                await SendAsync(http, end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The way every stream ends.
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task SendAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var flags = http.RequestServices.GetRequiredService<IFeatureFlags>();
        TimeProvider time = http.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;

        // What woke us does not matter, the version says whether there is news; so a waking that finds another pending may be dropped.
        var waking = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using IDisposable changes = ChangeToken.OnChange(flags.GetChangeToken, () => waking.Writer.TryWrite(true));
        ITimer heartbeat = time.CreateTimer(_ => waking.Writer.TryWrite(true), state: null, options.EventStreamHeartbeat, options.EventStreamHeartbeat);
        await using (heartbeat.ConfigureAwait(false))
        {
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold the events back

            // The flags may have changed between the client's evaluation and now, so a client that can't tell is told at once.
            string? told = http.Request.Headers["Last-Event-ID"];
            while (true)
            {
                string current = $"{_process}-{flags.SnapshotVersion.ToString(CultureInfo.InvariantCulture)}";
                byte[] message = current == told
                    ? Comment
                    : Encoding.UTF8.GetBytes($"id: {current}\ndata: {{\"type\":\"refetchEvaluation\"}}\n\n");
                told = current;
                await http.Response.BodyWriter.WriteAsync(message, cancellationToken).ConfigureAwait(false);
                await waking.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
