namespace Baeum.Text;

/// <summary>How alike two vectors or two sets are.</summary>
public static class Similarity
{
    /// <summary>The scalar product a · b = Σ aᵢbᵢ: long vectors count more.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Check(nameof(Dot), a, b);
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>The cosine of the angle, -1 to 1: only the direction counts; 0 when a vector has no length.</summary>
    public static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double lengths = Math.Sqrt(Dot(a, a)) * Math.Sqrt(Dot(b, b));
        Check(nameof(Cosine), a, b);
        return lengths == 0 ? 0 : Dot(a, b) / lengths;
    }

    /// <summary>The distance of the two points, √Σ (aᵢ - bᵢ)².</summary>
    public static double Euclidean(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Check(nameof(Euclidean), a, b);
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum);
    }

    /// <summary>What two sets share, of what either holds: |A ∩ B| / |A ∪ B|; 1 for two empty sets.</summary>
    public static double Jaccard<T>(IEnumerable<T> a, IEnumerable<T> b)
    {
        HashSet<T> left = [.. a], right = [.. b];
        int common = left.Count(right.Contains), all = left.Count + right.Count - common;
        return all == 0 ? 1 : (double)common / all;
    }

    private static void Check(string operation, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"Similarity.{operation}: vectors of {a.Length} and {b.Length} elements; both must have the same.");
    }
}
