using Varai.Data;

namespace Varai.Tests.Promotion;

/// <summary>A data component that comes to no end by itself.</summary>
internal sealed class WaitingComponent : IDataComponent
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "waiting";

    public Task Started => _started.Task;

    public Func<Task> OnStart { get; init; } = () => Task.CompletedTask;

    public Task<IDataCapture> CaptureAsync(DataCaptureRequest request, CancellationToken cancellationToken) =>
        throw new DataComponentException(Name, "It is not captured.");

    public async Task<IDataRestore> RestoreAsync(DataRestoreRequest request, CancellationToken cancellationToken)
    {
        await OnStart();
        _started.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new DataComponentException(Name, "It does not end.");
    }

    public Task<IReadOnlyList<DataFingerprint>> FingerprintAsync(string environment, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DataFingerprint>>([]);
}
