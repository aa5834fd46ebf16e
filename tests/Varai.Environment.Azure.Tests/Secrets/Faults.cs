using System.Text;
using Microsoft.AspNetCore.Http;

namespace Varai.AzureCloud.Tests.Secrets;

/// <summary>Ways in which a server answers badly.</summary>
internal static class Faults
{
    public static Func<HttpContext, Task<bool>> Status(int status, string body = "", string? retryAfter = null) => async context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
        return true;
    };

    public static Func<HttpContext, Task<bool>> Error(int status, string code, string message, string? innerCode = null) =>
        Status(
            status,
            """{"error":{"code":"CODE","message":"MESSAGE"INNER}}"""
                .Replace("CODE", code, StringComparison.Ordinal)
                .Replace("MESSAGE", message, StringComparison.Ordinal)
                .Replace("INNER", innerCode is null ? "" : $",\"innererror\":{{\"code\":\"{innerCode}\"}}", StringComparison.Ordinal));

    /// <summary>Promises a body and ends in its middle. Kestrel then sends what there is and closes the connection; aborting it could
    /// take the status along.</summary>
    public static Func<HttpContext, Task<bool>> Cut(string body, int status = 200) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        await context.Response.WriteAsync(body[..(body.Length - 5)]);
        return true;
    };

    public static Task<bool> HangUpAsync(HttpContext context)
    {
        context.Abort();
        return Task.FromResult(true);
    }

    /// <summary>Never answers; ends with the connection or the server.</summary>
    public static Func<HttpContext, Task<bool>> Hang(TaskCompletionSource reached, CancellationToken stopping, string? beginning = null) => async context =>
    {
        if (beginning is not null)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(beginning);
            await context.Response.Body.FlushAsync();
        }

        reached.TrySetResult();
        var gone = new TaskCompletionSource();
        using CancellationTokenRegistration aborted = context.RequestAborted.Register(() => gone.TrySetResult());
        using CancellationTokenRegistration stopped = stopping.Register(() => gone.TrySetResult());
        await gone.Task;
        return true;
    };
}
