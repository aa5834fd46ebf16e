using System.Diagnostics.CodeAnalysis;

namespace Varai.Secrets;

/// <summary>Ends one call: our wait first, and then, on another thread, the provider's work, so that nothing a provider does when it is
/// cancelled can hold us up.</summary>
/// <remarks>Not disposed: a provider may hold its token for longer than we wait, and there is no timer behind either source.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "There is nothing to dispose of, see the remarks.")]
internal sealed class SecretCallToken
{
    private readonly CancellationTokenSource _wait = new();
    private readonly CancellationTokenSource _work = new();

    /// <summary>Ends our wait.</summary>
    public CancellationToken Wait => _wait.Token;

    /// <summary>Given to the provider.</summary>
    public CancellationToken Work => _work.Token;

    public void Cancel()
    {
        _wait.Cancel();
        Forget(_work.CancelAsync());
    }

    /// <summary>Cancels with another token until the result is disposed.</summary>
    public CancellationTokenRegistration CancelWith(CancellationToken token) =>
        token.UnsafeRegister(static state => ((SecretCallToken)state!).Cancel(), this);

    /// <summary>Leaves a task that nobody waits for any more to itself; its failure was reported as a time-out already.</summary>
    public static void Forget(Task task) => _ = task.ContinueWith(
        static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
