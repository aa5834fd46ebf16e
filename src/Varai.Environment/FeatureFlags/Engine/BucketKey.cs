using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>The attribute that a percentage sticks to.</summary>
internal sealed class BucketKey(string attribute, FeatureBucketing bucketing)
{
    private const int LongestNumber = 32;

    private readonly bool _isUser = attribute == FlagContext.UserAttribute;

    /// <summary>The bucket of a context.</summary>
    /// <returns><see langword="false"/> when there is nothing to tell the caller by. In Microsoft's buckets nobody in particular is
    /// the empty text, as there.</returns>
    public bool TryGetBucket(FlagContext? context, Bucketer bucketer, out uint bucket)
    {
        bucket = 0;
        if (context is null)
            return false;
        if (_isUser)
        {
            if (context.User is null && bucketing != FeatureBucketing.Sha256)
                return false;
            bucket = bucketer.Of(context.User);
            return true;
        }

        FlagValue value = context[attribute];
        switch (value.Kind)
        {
            case FlagValueKind.Text:
                bucket = bucketer.Of(value.Text);
                return true;
            case FlagValueKind.Number:
                Span<char> text = stackalloc char[LongestNumber];
                value.Number.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
                bucket = bucketer.Of(text[..length]);
                return true;
            case FlagValueKind.Boolean:
                bucket = bucketer.Of(value.Boolean ? "true" : "false");
                return true;
            default:
                return false;
        }
    }
}
