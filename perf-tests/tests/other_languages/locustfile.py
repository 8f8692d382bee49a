from locust import HttpUser, between, task


class Visitor(HttpUser):
    wait_time = between(0.5, 1.5)

    @task
    def profile(self):
        self.client.get("/profile")
