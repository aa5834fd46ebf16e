namespace Varai.Promotion;

/// <summary>A promotion can't be planned or carried out; the target is as it was.</summary>
public class PromotionException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was asked, what was found and what to do.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public PromotionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
