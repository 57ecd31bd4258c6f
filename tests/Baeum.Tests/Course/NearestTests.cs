namespace Baeum.Tests.Course;

public class NearestTests
{
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("MatMul", "matmul", 0)]
    [InlineData("lsit", "list", 1)]
    [InlineData("ab", "ba", 1)]
    [InlineData("같다", "갔다", 1)]
    public void DistanceCountsLettersChanged(string from, string to, int distance)
    {
        Assert.Equal(distance, Nearest.Distance(from, to));
        Assert.Equal(distance, Nearest.Distance(to, from));
    }

    [Fact]
    public void TheNearestComesFirst() =>
        Assert.Equal(["softmax", "softmin"], Nearest.Names("softmx", ["relu", "softmin", "softmax", "log_softmax_backward"]));

    [Fact]
    public void NothingNearGivesNothing() => Assert.Empty(Nearest.Names("nosuch", ["ch1", "ch2", "digits"]));

    [Fact]
    public void ABeginningIsAnAbbreviation() => Assert.Equal(["verify"], Nearest.Names("ver", ["list", "run", "verify", "bench"]));
}
