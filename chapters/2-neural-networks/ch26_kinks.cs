// chapter: ch26
// title: 다층 퍼셉트론과 비선형 회귀: 이론 | Networks for regression: the theory
// computes: 꺾인 직선 몇 개로 굽은 곡선을 따라가고, 꺾이는 곳까지 학습하기 | a curve followed by a few kinked lines, whose kinks are then learned as well
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% weight and height of 24 people, in hundreds
Tensor people = CourseData.Table("weight_height").ToTensor(dtype: DType.Float64) * 0.01; // [24, 2]
Tensor x = people[.., ..1], y = people[.., 1..];                                    // [24, 1]
double rate = lesson.Parameter("lr", 0.03, 1e-4, 0.5);
int steps = lesson.Parameter("steps", 6000, 1, 100_000);

// %% layers without an activation are one layer: W2(W1x + b1) + b2 = (W2W1)x + (W2b1 + b2)
var random = new NumPyRandom(lesson.Seed(26));
Tensor A1 = Tensor.RandN([1, 8], random), a1 = Tensor.RandN([1, 8], random), A2 = Tensor.RandN([8, 1], random), a2 = Tensor.RandN([1, 1], random);
Tensor twoLayers = (x.MatMul(A1) + a1).MatMul(A2) + a2, oneLayer = x.MatMul(A1.MatMul(A2)) + (a1.MatMul(A2) + a2);
lesson.Figure("linear.collapse.difference", (twoLayers - oneLayer).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% max(0, x - c) is a line with a kink at c; the best sum of such lines, by least squares, for more and more kinks
double[] Spread(int count) => [.. from i in Enumerable.Range(0, count) select 0.7 * i / count];      // the first at 0: it is x itself
Tensor Hinges(Tensor x, double[] kinks) => (x - Tensor.From(kinks)).Relu();         // [n, kinks]
Tensor ones = Tensor.Ones([24, 1], DType.Float64);
Tensor Best(double[] kinks) => Tensor.Cat([Hinges(x, kinks), ones], 1).LeastSquares(y);              // [kinks + 1, 1]
double[] curve = [.. from i in Enumerable.Range(0, 176) select i * 0.004];
Tensor curveX = Tensor.From(curve).Unsqueeze(1);
Panel People(string title) => new Panel(title, lesson.Text("몸무게 (100 kg)", "weight (100 kg)"), lesson.Text("키 (100 cm)", "height (100 cm)"))
    .Scatter(x, y, lesson.Text("사람", "people"), Color.Black, size: 6);
var fits = People(lesson.Text("꺾이는 곳이 늘어날수록", "More and more kinks"));
var losses = new List<double>();
foreach (int count in new[] { 1, 2, 4, 8 })
{
    double[] kinks = Spread(count);
    Tensor best = Best(kinks);
    losses.Add((Hinges(x, kinks).MatMul(best[..count]) + best[count..] - y).Square().Mean().Item());
    lesson.Figure($"hinges.{count}.loss", losses[^1], expected: count == 1 ? 0.00859918 : null, tolerance: 1e-7);
    fits.Line(curve, Hinges(curveX, kinks).MatMul(best[..count]) + best[count..], lesson.Text($"직선 {count}개", $"{count} lines"));
}

// %% such a sum is a 1-4-1 ReLU network: weights 1 and biases -c in the hidden layer, heights of the pieces in the output layer
Tensor Predict(Tensor x, Tensor[] p) => (x.MatMul(p[0]) + p[1]).Relu().MatMul(p[2]) + p[3];          // [n, 1]
Tensor Loss(Tensor[] p) => (Predict(x, p) - y).Square().Mean();
double[] placed = Spread(4);
Tensor solution = Best(placed);                                                     // [5, 1]
Tensor[] start = [Tensor.Ones([1, 4], DType.Float64), -Tensor.From(placed).Unsqueeze(0), solution[..4], solution[4..]];
lesson.Figure("network.loss.start", Loss(start).Item(), expected: losses[2], tolerance: 1e-12);

// %% its gradient by hand
Tensor[] Gradients(Tensor[] p)
{
    Tensor g = x.MatMul(p[0]) + p[1], r = g.Relu();                                 // [24, 4]
    Tensor byY = 2.0 / 24 * (r.MatMul(p[2]) + p[3] - y);                            // [24, 1]
    Tensor byG = byY.MatMul(p[2].T) * (g > 0).To(DType.Float64);                    // [24, 4]
    return [x.T.MatMul(byG), byG.Sum(0, keepDim: true), r.T.MatMul(byY), byY.Sum(0, keepDim: true)];
}
Tensor[] shifted = [.. start.Select(p => p + 0.01)];                                // away from the optimum, where the gradient is not zero
Tensor[] leaves = [.. shifted.Select(p => p.Clone().RequireGrad())];
Loss(leaves).Backward();
lesson.Figure("gradient.difference", leaves.Zip(Gradients(shifted), (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-14);
lesson.Figure("gradient.output.start", Gradients(start)[2].Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("gradient.kinks.start", Gradients(start)[1]);

// %% least squares could not move the kinks; gradient descent does
Tensor[] p = start;
for (int i = 0; i < steps; i++)
{
    using var step = TensorScope.Begin();
    Tensor[] g = Gradients(p);
    p = [.. p.Zip(g, (value, by) => step.Keep(value - rate * by))];
}
Tensor moved = -p[1] / p[0];                                                        // where w·x + b changes sign
lesson.Figure("network.loss.final", Loss(p).Item());
lesson.Figure("network.kinks.start", placed);
lesson.Figure("network.kinks.final", moved);
lesson.Figure("network.output.weights.final", p[2]);

// %% the pieces and their sum
var learned = People(lesson.Text("직선 4개: 놓은 곳과 배운 곳", "Four lines: placed and learned"))
    .Line(curve, Predict(curveX, start), lesson.Text("고르게 놓음", "placed evenly"), Color.Orange)
    .Line(curve, Predict(curveX, p), lesson.Text("학습", "learned"), Color.Blue);
foreach (double kink in moved.ToArray<double>().Where(kink => kink is > 0 and < 0.7))
    learned.VerticalLine(kink);
var pieces = new Panel(lesson.Text("은닉 뉴런 넷의 몫", "What four hidden neurons add"), lesson.Text("몸무게 (100 kg)", "weight (100 kg)"), lesson.Text("키에 더하는 값", "added to the height"));
Tensor parts = (curveX.MatMul(p[0]) + p[1]).Relu() * p[2].T;                         // [176, 4]
for (int unit = 0; unit < 4; unit++)
    pieces.Line(curve, parts[.., unit], lesson.Text($"뉴런 {unit + 1}", $"neuron {unit + 1}"));
lesson.Plot("kinks", new Figure("", columns: 3, [fits, learned, pieces]));
