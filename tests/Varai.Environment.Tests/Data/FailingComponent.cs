using Varai.Data;

namespace Varai.Tests.Data;

/// <summary>A component that fails after some items were written.</summary>
internal sealed class FailingComponent(IDataComponent inner) : IDataComponent
{
    public int FailAfter { get; init; } = int.MaxValue;

    public Action? OnFailure { get; init; }

    public string Name => inner.Name;

    public Task<IDataCapture> CaptureAsync(DataCaptureRequest request, CancellationToken cancellationToken) => inner.CaptureAsync(request, cancellationToken);

    public async Task<IDataRestore> RestoreAsync(DataRestoreRequest request, CancellationToken cancellationToken) =>
        new Restore(await inner.RestoreAsync(request, cancellationToken), this);

    public Task<IReadOnlyList<DataFingerprint>> FingerprintAsync(string environment, CancellationToken cancellationToken) =>
        inner.FingerprintAsync(environment, cancellationToken);

    private sealed class Restore(IDataRestore inner, FailingComponent owner) : IDataRestore
    {
        private int _written;

        public int MaximumParallelism => inner.MaximumParallelism;

        public ValueTask<DataItemResult?> FindAsync(DataItem item, DataItemResult? earlier, CancellationToken cancellationToken) =>
            inner.FindAsync(item, earlier, cancellationToken);

        public async Task<DataItemResult> WriteAsync(DataItem item, Stream content, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _written) > owner.FailAfter)
            {
                owner.OnFailure?.Invoke();
                cancellationToken.ThrowIfCancellationRequested();
                throw new DataComponentException(owner.Name, "It was to fail here.");
            }

            return await inner.WriteAsync(item, content, cancellationToken);
        }

        public Task<DataRestoreResult> CommitAsync(CancellationToken cancellationToken) => inner.CommitAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
