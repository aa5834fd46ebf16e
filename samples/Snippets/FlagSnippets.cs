using Varai;

namespace Snippets;

internal static class FlagSnippets
{
    public static void Read(IVaraiEnvironment varai)
    {
        // snippet: flags-read
        if (varai.IsFeatureEnabled("advanced_analytics"))
        {
            double rate = varai.GetFeatureParameters("advanced_analytics").Get("sampling_rate", 0.1);
            Console.WriteLine($"sampling {rate:P0}");
        }
        // end-snippet
    }
}
