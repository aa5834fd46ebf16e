using Varai;

namespace Quickstart;

/// <summary>A small service that takes its limits, prices and switches from its environment.</summary>
internal sealed class OrderService(IVaraiEnvironment varai)
{
    /// <summary>The price of shipping an order, or why it is refused.</summary>
    public string Quote(int items, decimal total, string country)
    {
        OrderConfig orders = varai.GetConfiguration<OrderConfig>("orders");
        if (items > orders.Limits.ItemsPerOrder)
            return $"refused: {items} items, at most {orders.Limits.ItemsPerOrder}";
        if (total > orders.Limits.OrderTotal)
            return $"refused: {total} {orders.DefaultCurrency}, at most {orders.Limits.OrderTotal}";
        ShippingZone? zone = orders.ShippingZones.FirstOrDefault(z => z.Countries.Contains(country));
        if (zone is null)
            return $"refused: nothing is shipped to {country}";
        decimal cost = total >= zone.FreeFrom ? 0 : zone.Cost;
        string checkout = varai.IsFeatureEnabled("new_checkout") ? "new checkout" : "old checkout";
        return $"{cost} {orders.DefaultCurrency} to zone '{zone.Name}', {checkout}";
    }
}
