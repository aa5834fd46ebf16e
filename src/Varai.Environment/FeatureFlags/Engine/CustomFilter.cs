namespace Varai.FeatureFlags.Engine;

/// <summary>Asks an <see cref="IFeatureFilter"/>. One that throws is undecided, so that its flag fails closed.</summary>
internal sealed class CustomFilter(string flag, IFeatureFilter filter, FeatureParameters parameters, Action<string, string, Exception> onFailure) : CompiledCondition
{
    public override FlagVerdict Test(FlagContext? context)
    {
        try
        {
            return filter.Evaluate(new FeatureFilterContext(flag, parameters, context)) switch
            {
                true => FlagVerdict.Yes,
                false => FlagVerdict.No,
                null => FlagVerdict.Undecided,
            };
        }
        catch (Exception e)
        {
            onFailure(flag, filter.Name, e);
            return FlagVerdict.Undecided;
        }
    }

    public override string Explain(FlagContext? context) => $"the filter '{filter.Name}' was asked";
}
